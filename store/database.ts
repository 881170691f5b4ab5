import { Kysely, PostgresDialect, type RawBuilder, sql } from "kysely";
import { HeadgateError } from "../core/errors.ts";
import { openPool, type PoolOptions } from "./pool.ts";

/** Tables that are split by day, so that old days go by dropping them. */
export const DAY_TABLES = ["events", "ledger", "runs", "tasks", "attempts", "logs", "rejected", "warnings", "duplicates"] as const;
export type DayTable = (typeof DAY_TABLES)[number];

const KEPT_TABLES = [
  "assets",
  "slices",
  "definitions",
  "catalogs",
  "plans",
  "deploys",
  "edges",
  "consumers",
  "registries",
  "counters",
  "horizons",
  "unprojected",
  "operations",
  "stretches",
  "freshness",
  "openlineage_targets",
  "openlineage_outbox",
  "operation_numbers",
  "changes",
  "last_ends",
  "notifiers",
  "alerts",
  "alert_messages",
  "quarantined",
] as const;
const ACCESS_TABLES = ["api_tokens", "people", "sessions"] as const;
const OUTBOX_TABLES = ["watchers", "watcher_seen", "watcher_resets", "outbox_batches", "outbox_events", "dead_letters", "kept_items"] as const;
const VIEWS = ["fates", "asset_versions", "current_runs", "current_consumers", "current_definitions", "current_deploys", "lineage_edges"] as const;
const TABLES = [...DAY_TABLES, ...KEPT_TABLES, ...OUTBOX_TABLES, ...ACCESS_TABLES, ...VIEWS] as const;
export type Table = (typeof TABLES)[number];

/** Names of tables with their schema in front: nothing depends on a search path, which a pooler would not keep. */
export type Tables = Readonly<Record<Table, RawBuilder<unknown>>>;

/** A connection to the store's schema; inside a transaction the same with that transaction. */
export interface Database {
  readonly kysely: Kysely<unknown>;
  readonly schema: string;
  readonly tables: Tables;
}

export function openDatabase(options: PoolOptions & { readonly schema: string }): Database {
  const { schema } = options;
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema)) {
    throw new HeadgateError("E_CONFIG", `"${schema}" is no name for the store's schema`, {
      where: "store.schema",
      hint: "use lower case letters, digits and _, at most 41 of them",
    });
  }
  return { kysely: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: openPool(options) }) }), schema, tables: tablesOf(schema) };
}

export function tablesOf(schema: string): Tables {
  return Object.fromEntries(TABLES.map((name) => [name, sql.id(schema, name)])) as unknown as Tables;
}

/** Runs `work` in one transaction; its locks wait 10 s at most, and a client that vanishes in the middle frees them after 30 s. */
export function inTransaction<Result>(db: Database, work: (tx: Database) => Promise<Result>): Promise<Result> {
  return db.kysely.transaction().execute(async (kysely) => {
    await sql`select set_config('lock_timeout', '10s', true), set_config('idle_in_transaction_session_timeout', '30s', true)`.execute(kysely);
    return work({ ...db, kysely });
  });
}

/** Waits until this transaction is the only one that holds `name`. */
export async function lockName(tx: Database, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`headgate ${tx.schema} ${name}`}, 0))`.execute(tx.kysely);
}
