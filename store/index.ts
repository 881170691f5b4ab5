import { sql } from "kysely";
import type { Fact } from "../core/fact.ts";
import type { KeptItems, Outbox } from "../watchers/outbox.ts";
import { type AccessStore, createAccessStore } from "./access/access.ts";
import { type Alerts, createAlerts } from "./alerts.ts";
import { openDatabase } from "./database.ts";
import { createDays } from "./days.ts";
import { createKeptItems } from "./kept-items.ts";
import { createLineageOutbox, type LineageOutbox } from "./lineage-outbox.ts";
import { migrate } from "./migrate.ts";
import { type Action, recordAction } from "./operations.ts";
import { createOutbox } from "./outbox.ts";
import { project } from "./project.ts";
import { openQueries, type Queries } from "./queries/index.ts";
import { record, type WorkerRecord } from "./record.ts";
import { DEFAULT_RETENTION, type Retained, type Retention, retain } from "./retain.ts";
import { createStoredStretches, type StoredStretches } from "./stretches.ts";

export { isUnavailable } from "./store-error.ts";

export interface StoreOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Most connections at once. @default 5 */
  readonly poolSize?: number;
  /** The Postgres schema that holds all tables, one for each environment. @default "headgate" */
  readonly schema?: string;
  /** `full` keeps every `filtered` fate and every `duplicate`; else they are counted, and the first of each day are kept. @default "sampled" */
  readonly ledger?: "sampled" | "full";
  /** How many are kept when sampled: of each DAG and day, and of each day. @default 1,000 */
  readonly samples?: number;
  /** Longest wait for a connection, in milliseconds. @default 3,000 */
  readonly connectTimeout?: number;
  /** Longest wait for the answer to one statement, in milliseconds. @default 15,000 */
  readonly queryTimeout?: number;
  /** Days that each kind is kept. @default DEFAULT_RETENTION */
  readonly retention?: Partial<Retention>;
  /** @default Date.now */
  readonly now?: () => number;
}

/**
 * Postgres: history, lineage, search; what people read. Never needed to decide. Any call throws `E_STORE` when Postgres does
 * not answer, within seconds, and the next call tries anew: nothing has to be opened again.
 */
export interface Store extends Queries {
  /** Brings the tables up to date; returns the steps that it ran. Safe in several processes at once. */
  migrate(): Promise<readonly string[]>;
  ping(): Promise<void>;
  /** Writes what a registry did. Any order, any number of times. `registry` names one numbering of facts. */
  project(registry: string, facts: readonly Fact[]): Promise<void>;
  /** Writes what workers did. Any order, any number of times. */
  record(records: readonly WorkerRecord[]): Promise<void>;
  /** Drops the days that are over and makes the next ones. Call it daily; once too often is harmless. */
  retain(): Promise<Retained>;
  /** Writes what somebody did that no fact of the registry tells. It stays for ever. */
  recordAction(action: Action): Promise<void>;
  readonly access: AccessStore;
  readonly outbox: Outbox;
  /** What people were told of. */
  readonly alerts: Alerts;
  readonly stretches: StoredStretches;
  /** What OpenLineage servers are still to hear of. */
  readonly lineageOutbox: LineageOutbox;
  /** What consume and trigger tasks took. */
  readonly kept: KeptItems;
  close(): Promise<void>;
}

/** Opens nothing yet: the first call connects. */
export function openStore(options: StoreOptions): Store {
  const { url, poolSize = 5, schema = "headgate", ledger = "sampled", connectTimeout = 3_000, queryTimeout = 15_000, now = Date.now } = options;
  const connection = { url, size: poolSize, schema, connectTimeout, queryTimeout };
  const db = openDatabase(connection);
  const days = createDays(db);
  const samples = ledger === "full" ? Number.POSITIVE_INFINITY : (options.samples ?? 1_000);
  const outbox = createOutbox(db, now);
  return {
    ...openQueries(db, outbox, now),
    migrate: () => migrate(connection),
    ping: async () => {
      await sql`select 1`.execute(db.kysely);
    },
    project: (registry, facts) => project(db, days, registry, facts, { samples }),
    record: (records) => record(db, days, records),
    retain: () => retain(db, days, now(), { ...DEFAULT_RETENTION, ...options.retention }),
    recordAction: (action) => recordAction(db, now(), action),
    access: createAccessStore(db, now),
    outbox,
    alerts: createAlerts(db),
    stretches: createStoredStretches(db, now),
    lineageOutbox: createLineageOutbox(db, now),
    kept: createKeptItems(db, now),
    close: () => db.kysely.destroy(),
  };
}
