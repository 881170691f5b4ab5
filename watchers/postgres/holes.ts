/** Ranges of missing numbers, ascending and apart, both ends included. */
export type Holes = readonly (readonly [from: bigint, to: bigint])[];

/** The holes with what is missing between `last` and the ascending `numbers`. */
export function addGaps(holes: Holes, last: bigint, numbers: readonly bigint[]): Holes {
  const added: (readonly [bigint, bigint])[] = [];
  let before = last;
  for (const number of numbers) {
    if (number > before + 1n) added.push([before + 1n, number - 1n]);
    before = number;
  }
  return [...holes, ...added];
}

/** The holes without numbers that turned up. */
export function fill(holes: Holes, numbers: readonly bigint[]): Holes {
  let left = holes;
  for (const number of numbers) {
    left = left.flatMap(([from, to]) =>
      number < from || number > to
        ? [[from, to] as const]
        : [...(number > from ? [[from, number - 1n] as const] : []), ...(number < to ? [[number + 1n, to] as const] : [])],
    );
  }
  return left;
}

/** The holes above `number`: what is below stays empty. */
export function dropUpTo(holes: Holes, number: bigint): Holes {
  return holes.flatMap(([from, to]) => (to <= number ? [] : [[from > number ? from : number + 1n, to] as const]));
}
