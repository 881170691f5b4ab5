import { definitionsOf, isDefinition } from "../core/authoring/brand.ts";
import { type BuiltCatalog, buildCatalog } from "../core/authoring/catalog-build.ts";
import { HeadgateError } from "../core/errors.ts";

/**
 * What a test looks at: what DAG files export, or DAGs by themselves; one or a list of them. What a DAG mentions belongs to it.
 *
 * @example
 * import * as orders from "../dags/orders.ts";
 * import * as marts from "../dags/marts.ts";
 *
 * assertNoCycles([orders, marts]);
 */
export type Definitions = object | readonly object[];

/** Puts them together as a deploy does. Throws `E_REFERENCE` where there is no DAG, so that no test looks at nothing. */
export function catalogOf(given: Definitions, where: string): BuiltCatalog {
  const parts: readonly object[] = Array.isArray(given) ? given : [given];
  const definitions = parts.flatMap((part) => (isDefinition(part) ? [part] : definitionsOf(part as Readonly<Record<string, unknown>>, where)));
  if (!definitions.some(({ kind }) => kind === "dag")) {
    throw new HeadgateError("E_REFERENCE", `${where} was given no DAG`, {
      where,
      hint: 'hand it what DAG files export: import * as orders from "../dags/orders.ts"',
    });
  }
  return buildCatalog("tests", definitions, { taskQueue: "tests" });
}
