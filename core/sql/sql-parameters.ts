import { HeadgateError } from "../errors.ts";
import type { TaskContext } from "../tasks/context.ts";
import type { SqlStatement } from "./sql-script.ts";
import type { SqlValue } from "./sql-session.ts";

/** What `params` of a SQL task gives: values by name, or by place. */
export type SqlParameters = Readonly<Record<string, SqlValue>> | readonly SqlValue[];

/** Names that every script may use; what `params` says counts before them. */
const OF_THE_RUN: Readonly<Record<string, (context: TaskContext) => string | null>> = {
  run_id: ({ run }) => run.id,
  partition: ({ partition }) => partition,
  ds: ({ ds }) => ds,
  interval_start: ({ interval }) => interval?.start ?? null,
  interval_end: ({ interval }) => interval?.end ?? null,
};

/** The values of a statement in the order in which it has them. Throws `E_SQL_PARAM`. */
export function bindParameters({ parameters }: SqlStatement, given: SqlParameters, context: TaskContext, where: string): readonly SqlValue[] {
  return parameters.map((name) => {
    const own = Array.isArray(given)
      ? (given as readonly SqlValue[])[Number(name) - 1]
      : Object.hasOwn(given, name)
        ? (given as Record<string, SqlValue>)[name]
        : undefined;
    if (own !== undefined) return own;
    const ofRun = Array.isArray(given) || !Object.hasOwn(OF_THE_RUN, name) || Object.hasOwn(given, name) ? undefined : OF_THE_RUN[name]?.(context);
    if (typeof ofRun === "string") return ofRun;
    throw new HeadgateError("E_SQL_PARAM", ofRun === null ? `the run has no ${name.replace("_", " ")} for :${name}` : noValue(name, given), {
      where,
      hint: ofRun === null ? "start it with a partition, or give the value in params" : known(given),
    });
  });
}

function noValue(name: string, given: SqlParameters): string {
  const sign = /^\d/.test(name) ? `$${name}` : `:${name}`;
  return !Array.isArray(given) && Object.hasOwn(given, name) ? `${sign} is undefined` : `${sign} has no value`;
}

function known(given: SqlParameters): string {
  if (Array.isArray(given)) return `params gives ${given.length} values; for :name give an object`;
  const names = [...new Set([...Object.keys(given), ...Object.keys(OF_THE_RUN)])];
  return `give it in params (null for no value); there are ${names.map((one) => `:${one}`).join(", ")}`;
}
