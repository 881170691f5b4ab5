import { sql } from "kysely";
import type { Database } from "./database.ts";
import { indexable, instant, optional, storable } from "./text.ts";

/** What people do beside the registry; what they do to the registry itself is a fact of it (`OPERATIONS`). */
export const ACTIONS = [
  ...(["start", "stop", "rerun", "approve", "reject"] as const),
  ...(["pause-watcher", "resume-watcher", "reset-watcher", "redrive", "drop"] as const),
  ...(["release-event", "drop-event"] as const),
  ...(["create-token", "revoke-token", "put-person", "remove-person", "sign-in", "sign-out"] as const),
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** Something that somebody did. */
export interface Action {
  readonly operation: ActionName;
  /** What it was done to: a run, a watcher, a token, a person. */
  readonly subject: string;
  readonly by: string;
  readonly dag?: string | undefined;
  readonly why?: string | undefined;
  /** Id under which it was asked for. */
  readonly request?: string | undefined;
  /** How many events or letters it touched. @default 0 */
  readonly events?: number;
  /** The code of the error that it was refused with. */
  readonly refused?: string | undefined;
}

/** Under which their rows stand among those of registries: no registry has this name. */
const NOBODYS = "(none)";

/** Adds a row to the operations. The tables refuse that any is changed or removed. */
export async function recordAction(db: Database, now: number, action: Action): Promise<void> {
  const { operation, subject, by, dag, why, request, events = 0, refused } = action;
  const { tables: t } = db;
  await sql`
    insert into ${t.operations} (registry, n, at, operation, dag, key, "by", why, request, events, subject, refused)
    values (${NOBODYS}, nextval(${`${db.schema}.operation_numbers`}::regclass), ${instant(now)}, ${operation}, ${optional(dag, indexable)}, null,
      ${storable(by)}, ${optional(why, storable)}, ${optional(request, storable)}, ${events}, ${storable(subject)}, ${optional(refused, storable)})`.execute(
    db.kysely,
  );
}
