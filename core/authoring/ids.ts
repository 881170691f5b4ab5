import { kindOf } from "../conditions/value-kind.ts";
import { HeadgateError } from "../errors.ts";

/** The form of all ids of DAGs, tasks, watchers, branch paths and projects. */
export const ID_FORM = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Ids that mean something else. The workflow type of a run is the DAG's id, and the workflow bundle would resolve its own
 * exports, `default` and what every object inherits; workflow ids begin with the DAG's id, as `watcher/<id>` does with `watcher`.
 */
export const RESERVED_IDS: ReadonlySet<string> = new Set([
  "default",
  "constructor",
  "prototype",
  "__proto__",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
  "then",
  "headgate",
  "asset-registry",
  "assetRegistry",
  "registry",
  "registry-catalog",
  "registryCatalog",
  "dag-run",
  "dagRun",
  "watcher",
  "projector",
  "pool",
]);

/** Throws `E_ID` unless `id` is kebab-case, at most 63 characters and not reserved. Returns it. */
export function checkId(kind: "DAG" | "task" | "watcher" | "branch path" | "project" | "pool", id: unknown, where: string): string {
  if (typeof id !== "string") {
    throw new HeadgateError("E_ID", `the id of a ${kind} is ${kindOf(id)}, not text`, {
      where,
      hint: `give it a name such as "orders-clean"`,
    });
  }
  if (RESERVED_IDS.has(id) && kind !== "project") {
    throw new HeadgateError("E_ID", `"${id}" is reserved and cannot be the id of a ${kind}: the workflow bundle gives this name another meaning`, {
      where,
      hint: `say more, such as "${suggestId(id) || "my"}-${kind === "DAG" ? "dag" : "task"}"`,
    });
  }
  if (!ID_FORM.test(id)) {
    const suggestion = suggestId(id);
    throw new HeadgateError("E_ID", `"${id}" is no id of a ${kind}: ids are kebab-case, of lower-case letters, digits and inner dashes, 1 to 63 characters`, {
      where,
      hint: suggestion === "" ? `give it a name such as "orders-clean"` : `write "${suggestion}"`,
    });
  }
  return id;
}

/** The nearest kebab-case id, or `""` if nothing of it can be used. */
export function suggestId(id: string): string {
  return id
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
}
