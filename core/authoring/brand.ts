import type { AssetDefinition, Definition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";

/** `Symbol.for`, so that a definition made by a second copy of this package is recognised, and can be reported instead of overlooked. */
const BRAND = Symbol.for("headgate.definition");
/** Identity of this copy. Never compared by content. */
const THIS_COPY = Object.freeze({});

/** Marks what an authoring function returns. The mark cannot be seen by loops and does not count in comparisons. */
export function branded<T extends Definition>(definition: T): T {
  Object.defineProperty(definition, BRAND, { value: THIS_COPY, enumerable: false });
  return Object.freeze(definition);
}

/** `"own"` for a definition of this copy of the package, `"foreign"` for one of another copy, else `undefined`. */
export function originOf(value: unknown): "own" | "foreign" | undefined {
  if (typeof value !== "object" || value === null || !(BRAND in value)) {
    return undefined;
  }
  return value[BRAND] === THIS_COPY ? "own" : "foreign";
}

export function isDefinition(value: unknown): value is Definition {
  return originOf(value) === "own";
}

/**
 * The definitions among the exports of one file, in their order; lists of definitions are looked into.
 * Throws `E_PACKAGE_COPY` if one was made by another copy of the package.
 */
export function definitionsOf(exports: Readonly<Record<string, unknown>>, file: string): readonly Definition[] {
  const found = new Set<Definition>();
  for (const [name, exported] of Object.entries(exports)) {
    for (const value of Array.isArray(exported) ? (exported as unknown[]) : [exported]) {
      if (originOf(value) === "foreign") {
        throw new HeadgateError(
          "E_PACKAGE_COPY",
          `the export "${name}" of ${file} was made by another copy of the headgate package than the one that reads it`,
          {
            where: file,
            hint: "run `npm ls headgate` and keep one version; a linked or nested package must have headgate as a peer dependency",
          },
        );
      }
      if (isDefinition(value)) {
        found.add(value);
      }
    }
  }
  return [...found];
}

/** True for what `asset(...)` returned, of this copy of the package or of another. */
export function isAssetDefinition(value: unknown): value is AssetDefinition {
  return originOf(value) !== undefined && (value as Definition).kind === "asset";
}
