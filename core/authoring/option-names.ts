import { kindOf } from "../conditions/value-kind.ts";
import type { ErrorCode } from "../error-codes.ts";
import { HeadgateError } from "../errors.ts";

/** Throws unless every field of `options` is one of `allowed`; names the nearest one. For callers without types. */
export function checkOptionNames(options: unknown, allowed: readonly string[], where: string, code: ErrorCode = "E_OPTION"): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new HeadgateError(code, `the options of ${where} are ${kindOf(options)}, not an object`, { where });
  }
  for (const name of Object.keys(options)) {
    if (!allowed.includes(name)) {
      const near = nearest(name, allowed);
      throw new HeadgateError(code, `${where} has an unknown option "${name}"`, {
        where,
        hint: near === undefined ? `allowed are ${allowed.join(", ")}` : `did you mean "${near}"?`,
      });
    }
  }
}

/** The allowed name with the fewest edits to `name`, if it is near enough to be meant. */
export function nearest(name: string, allowed: readonly string[]): string | undefined {
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of allowed) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= Math.max(2, Math.floor(candidate.length / 3)) && (best === undefined || edits < best.edits)) {
      best = { candidate, edits };
    }
  }
  return best?.candidate;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replace = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
