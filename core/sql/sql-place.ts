/** A place in a script as a person finds it: line and column, from 1 on. */
export function placeOf(script: string, offset: number): string {
  const before = script.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
