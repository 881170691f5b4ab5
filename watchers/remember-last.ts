/** A source is asked about one asset many times: its place is worked out once. */
export function rememberLast<A, R>(compute: (argument: A) => R): (argument: A) => R {
  let last: { readonly key: string; readonly result: R } | undefined;
  return (argument) => {
    const key = JSON.stringify(argument) ?? "";
    if (last?.key !== key) last = { key, result: compute(argument) };
    return last.result;
  };
}
