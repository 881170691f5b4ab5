import { kindOf } from "../conditions/value-kind.ts";
import type { AssetDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { TaskRef } from "./task.ts";

/** References as the runtime sees them: of whatever DAG, by their form. */
export function isTaskRef(value: unknown): value is TaskRef {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "task";
}

export function isAsset(value: unknown): value is AssetDefinition {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "asset" && "uri" in value && typeof value.uri === "string";
}

/** The error for what is no reference of this DAG: what it is, and what would be one. */
export function unknownReference(what: string, value: unknown, where: string): HeadgateError {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  if (kind === "path") {
    return new HeadgateError("E_REFERENCE", `${what} of ${where} is a path of a branch, which has no value`, {
      where,
      hint: "order it behind the branch with after: [gate.promote]",
    });
  }
  if (kind === "group" && what.startsWith("need")) {
    return new HeadgateError("E_REFERENCE", `${what} of ${where} is a group, which has no value`, {
      where,
      hint: "take a task of it, or order it behind the group with after: [group]",
    });
  }
  if (kind === "task" || kind === "group") {
    return new HeadgateError("E_REFERENCE", `${what} of ${where} is ${kind} "${String((value as TaskRef).id)}" of another DAG`, {
      where,
      hint: "DAGs meet in assets: publish one there and wait for it here",
    });
  }
  if (kind === "asset") {
    return new HeadgateError("E_REFERENCE", `${what} of ${where} is an asset, and tasks come after tasks only`, {
      where,
      hint: "put the asset into the DAG's `on`, and into `needs` if the task wants its events",
    });
  }
  // An option that takes a task, such as `over`.
  if (what.startsWith('"')) {
    const known = Array.isArray(value) ? "; a list that is known goes through a task: d.task(id, { run: () => list })" : "";
    return new HeadgateError("E_REFERENCE", `${what} of ${where} is ${kindOf(value)}, not a task`, {
      where,
      hint: `use what d.task, d.map or d.external of this DAG returned${known}`,
    });
  }
  return new HeadgateError("E_REFERENCE", `${what} of ${where} is ${kindOf(value)}, not a task`, {
    where,
    hint: "use what d.task, d.map, d.branch or d.external of this DAG returned, an asset of its `on`, or allEvents",
  });
}
