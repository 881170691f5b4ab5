import { sql } from "kysely";
import type { Cause, RunStatus, TaskStatus } from "../../core/run.ts";
import type { AttemptRecord, LogLevel, LogLine } from "../../core/tasks/records.ts";
import type { Database } from "../database.ts";
import { indexable, instant } from "../text.ts";
import { EVENT_COLUMNS, type EventRow, type StoredEvent, toEvent } from "./events.ts";

export interface RunSummary {
  readonly run: string;
  readonly dag: string;
  readonly status: RunStatus;
  readonly partition: string | null;
  readonly key: string;
  readonly plan: string | null;
  readonly cause: Cause;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly temporalRunId: string | null;
  readonly error: string | null;
  /** How many events it consumed. */
  readonly events: number;
  readonly registry: string;
}

export interface RunFilter {
  readonly dag?: string;
  /** Ids of DAGs with `*` for any characters. */
  readonly dags?: string;
  readonly status?: RunStatus | readonly RunStatus[];
  readonly partition?: string;
  /** Workflow id. */
  readonly run?: string;
  /** Id of a backfill or repair. */
  readonly work?: string;
  /** Reruns of this run. */
  readonly of?: string;
  /** Leaves out runs that a later one repeats. */
  readonly notRepeated?: boolean;
  /** Started at or after, milliseconds since 1970. */
  readonly since?: number;
  /** Started before. */
  readonly before?: number;
  /** The last run of the page before. */
  readonly after?: Pick<RunSummary, "run" | "startedAt">;
  /** @default 50 */
  readonly limit?: number;
}

export interface RunTask {
  readonly temporalRunId: string;
  readonly task: string;
  readonly status: TaskStatus;
  readonly at: number;
  readonly why: string | null;
}

export type RunAttempt = Omit<AttemptRecord, "run" | "dag" | "endedAt" | "error" | "code"> & {
  readonly endedAt: number | null;
  readonly error: string | null;
  readonly code: string | null;
};

export interface RunDetails extends RunSummary {
  readonly tasks: readonly RunTask[];
  readonly attempts: readonly RunAttempt[];
  /** `consumed` events, and `referenced` ones of `keep`. A run that failed may have given them back since. */
  readonly consumed: readonly (StoredEvent & { readonly fate: "consumed" | "referenced"; readonly key: string })[];
  /** Events that it published. */
  readonly published: readonly StoredEvent[];
  /** Runs that repeat it, the oldest first. */
  readonly reruns: readonly string[];
}

export type RunRow = Omit<RunSummary, "cause"> & { readonly cause_kind: Cause["kind"]; readonly cause_text: string };

/** Columns of a run, for `toRun`. */
export const RUN_COLUMNS = sql.raw(`run, dag, status, partition, key, plan, cause_kind, cause_text, started_at as "startedAt", ended_at as "endedAt",
  temporal_run_id as "temporalRunId", error, events, registry`);

/** Newest start first. */
export async function listRuns(db: Database, filter: RunFilter = {}): Promise<readonly RunSummary[]> {
  const { run, dag, dags, status, partition, work, of, notRepeated = false, since, before, after, limit = 50 } = filter;
  const statuses = typeof status === "string" ? [status] : status;
  const conditions = [
    ...(run === undefined ? [] : [sql`run = ${indexable(run)}`]),
    ...(dag === undefined ? [] : [sql`dag = ${indexable(dag)}`]),
    ...(dags === undefined
      ? []
      : [
          sql`dag like ${indexable(dags)
            .replace(/[\\%_]/g, "\\$&")
            .replaceAll("*", "%")}`,
        ]),
    ...(statuses === undefined ? [] : [sql`status = any(${statuses}::text[])`]),
    ...(partition === undefined ? [] : [sql`partition = ${partition}`]),
    ...(work === undefined ? [] : [sql`cause_kind in ('backfill', 'repair') and cause_text = ${work}`]),
    ...(of === undefined ? [] : [sql`cause_kind = 'rerun' and cause_text = ${indexable(of)}`]),
    ...(notRepeated ? [sql`not exists (select from ${db.tables.runs} later where later.cause_kind = 'rerun' and later.cause_text = one.run)`] : []),
    ...(since === undefined ? [] : [sql`started_at >= ${instant(since)} and day >= ${instant(since).slice(0, 10)}`]),
    ...(before === undefined ? [] : [sql`started_at < ${instant(before)} and day <= ${instant(before).slice(0, 10)}`]),
    ...(after === undefined ? [] : [startedBefore(after)]),
  ];
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const { rows } = await sql<RunRow>`select ${RUN_COLUMNS} from ${db.tables.runs} one ${where} order by started_at desc, run limit ${limit}`.execute(db.kysely);
  return rows.map(toRun);
}

/** What comes behind a run, newest start first; the first comparison alone is what an index can answer. */
function startedBefore({ run, startedAt }: Pick<RunSummary, "run" | "startedAt">): ReturnType<typeof sql> {
  const at = sql`${instant(startedAt)}::timestamptz`;
  return sql`started_at <= ${at} and day <= ${instant(startedAt).slice(0, 10)} and (started_at < ${at} or run > ${indexable(run)})`;
}

/** A run by its workflow id, without what it did. */
export async function findRun(db: Database, id: string): Promise<RunSummary | undefined> {
  const { rows } = await sql<RunRow>`select ${RUN_COLUMNS} from ${db.tables.current_runs} where run = ${indexable(id)}`.execute(db.kysely);
  return rows.map(toRun)[0];
}

export async function showRun(db: Database, id: string): Promise<RunDetails | undefined> {
  const { tables: t } = db;
  const run = indexable(id);
  const summary = await findRun(db, id);
  if (summary === undefined) return undefined;
  const [tasks, attempts, consumed, published, reruns] = await Promise.all([
    sql<RunTask>`
      select distinct on (temporal_run_id, task) temporal_run_id as "temporalRunId", task, status, at, why
      from ${t.tasks} where run = ${run} order by temporal_run_id, task, at desc, stamp desc`.execute(db.kysely),
    sql<RunAttempt>`
      select distinct on (temporal_run_id, task, attempt) temporal_run_id as "temporalRunId", task, attempt, round, status,
        started_at as "startedAt", ended_at as "endedAt", worker, error, code
      from ${t.attempts} where run = ${run} order by temporal_run_id, task, attempt, stamp desc`.execute(db.kysely),
    sql<EventRow & { fate: "consumed" | "referenced"; key: string }>`
      select distinct on (e.at, e.registry, e.seq, l.key) ${EVENT_COLUMNS}, l.fate, l.key
      from ${t.ledger} l join ${t.events} e on e.registry = l.registry and e.seq = l.seq
      where l.run = ${run} and l.fate in ('consumed', 'referenced') order by e.at, e.registry, e.seq, l.key, l.n desc`.execute(db.kysely),
    sql<EventRow>`select ${EVENT_COLUMNS} from ${t.events} e where e.run = ${run} order by e.at, e.seq`.execute(db.kysely),
    sql<{ run: string }>`select run from ${t.runs} where cause_kind = 'rerun' and cause_text = ${run} order by started_at`.execute(db.kysely),
  ]);
  return {
    ...summary,
    tasks: tasks.rows,
    attempts: attempts.rows,
    consumed: consumed.rows.map(({ fate, key, ...event }) => ({ ...toEvent(event), fate, key })),
    published: published.rows.map(toEvent),
    reruns: reruns.rows.map((one) => one.run),
  };
}

/** Runs that consumed what this run published, the oldest start first. @default limit 200 */
export async function runsStartedBy(db: Database, run: string, limit = 200): Promise<readonly Pick<RunSummary, "run" | "dag" | "status" | "startedAt">[]> {
  const { tables: t } = db;
  // Each step is a lookup: of what a run published, of who consumed it, of what these are now.
  const { rows } = await sql<Pick<RunSummary, "run" | "dag" | "status" | "startedAt">>`
    with taken as (
      select distinct l.run from (select registry, seq from ${t.events} where run = ${indexable(run)} offset 0) e,
        lateral (select run from ${t.ledger} where registry = e.registry and seq = e.seq and fate = 'consumed' and run is not null offset 0) l limit ${limit})
    select r.run, r.dag, r.status, r.started_at as "startedAt"
    from taken, lateral (select * from ${t.runs} where run = taken.run order by at desc, n desc limit 1) r order by r.started_at, r.run`.execute(db.kysely);
  return rows;
}

export interface LogFilter {
  readonly run: string;
  readonly temporalRunId?: string;
  /** A task, or an item of a map; of a map all items as well. */
  readonly task?: string;
  readonly attempt?: number;
  /** @default all */
  readonly levels?: readonly LogLevel[];
  /** Written at or after, milliseconds since 1970. */
  readonly since?: number;
  /** Leaves out the first so many. @default 0 */
  readonly skip?: number;
  /** The last line of the page before. */
  readonly after?: Pick<LogLine, "at" | "task" | "attempt" | "line">;
  /** @default 1,000 */
  readonly limit?: number;
}

/** Oldest first. */
export async function listLogs(db: Database, filter: LogFilter): Promise<readonly LogLine[]> {
  const { temporalRunId = null, task = null, attempt = null, levels = null, since, skip = 0, after, limit = 1_000 } = filter;
  const rest =
    after === undefined
      ? sql`true`
      : sql`(at, task, attempt, line) > (${instant(after.at)}::timestamptz, ${indexable(after.task)}, ${after.attempt}::int, ${after.line}::int)`;
  const from = since === undefined ? null : instant(since);
  const { rows } = await sql<LogLine>`
    select run, temporal_run_id as "temporalRunId", task, attempt, at, line, level, text, fields from ${db.tables.logs}
    where run = ${indexable(filter.run)} and (${temporalRunId}::text is null or temporal_run_id = ${temporalRunId})
    and (${task}::text is null or task = ${task} or starts_with(task, ${task === null ? null : `${task}[`})) and (${attempt}::int is null or attempt = ${attempt})
    and (${levels}::text[] is null or level = any(${levels}::text[])) and (${from}::timestamptz is null or at >= ${from}) and ${rest}
    order by at, task, attempt, line offset ${skip} limit ${limit}`.execute(db.kysely);
  return rows;
}

export function toRun({ cause_kind, cause_text, ...rest }: RunRow): RunSummary {
  return { ...rest, cause: { kind: cause_kind, text: cause_text } };
}
