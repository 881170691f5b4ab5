import { compileGlob } from "../core/conditions/glob.ts";

/**
 * A test of relative paths: `*` any characters within a name, `**` any characters, `?` one. `**\/` also stands for no folder at all,
 * as people expect of paths: `**\/*.csv` takes `a.csv` and `x/y/a.csv`.
 */
export function compilePathPattern(pattern: string): (path: string) => boolean {
  const spellings = new Set([pattern]);
  for (const spelling of spellings) {
    for (const match of spelling.matchAll(/(?<=^|\/)\*\*\//g)) spellings.add(spelling.slice(0, match.index) + spelling.slice(match.index + 3));
    // Each `**/` doubles the spellings: what no person writes is left to the glob as it stands.
    if (spellings.size > 64) break;
  }
  const tests = [...spellings].map(compileGlob);
  return (path) => tests.some((test) => test(path));
}
