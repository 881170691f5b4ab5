import { sql } from "kysely";
import type { Database } from "../database.ts";
import { indexable } from "../text.ts";
import { versionOf } from "./assets.ts";
import { EVENT_COLUMNS, type EventRow, type StoredEvent, toEvent } from "./events.ts";

/** An event on the way to a version, and the version that it gave its own partition. */
export interface ProvenanceEvent extends StoredEvent {
  readonly version: number;
  /** Runs between it and the version that was asked for. */
  readonly depth: number;
}

/** What made one version of an asset's partition. */
export interface Provenance {
  /** The event of that version first, then what its run consumed, and so on. */
  readonly events: readonly ProvenanceEvent[];
  /** `run` consumed or referred to the event and published another one of `events`. */
  readonly edges: readonly {
    readonly registry: string;
    readonly seq: number;
    readonly run: string;
    readonly dag: string;
    readonly fate: "consumed" | "referenced";
  }[];
}

export interface ProvenanceOf {
  readonly asset: string;
  /** @default null, the unpartitioned asset */
  readonly partition?: string | null;
  /** @default the current one */
  readonly version?: number;
  /** Most runs to go back. @default 50 */
  readonly depth?: number;
  /** Most events. @default 5,000 */
  readonly limit?: number;
}

/** Which events of which assets made a version of an asset's partition, back to where they came from outside. Undefined if there is no such version. */
export async function provenance(db: Database, of: ProvenanceOf): Promise<Provenance | undefined> {
  const { tables: t } = db;
  const { depth = 50, limit = 5_000 } = of;
  const start = await findVersion(db, of);
  if (start === undefined) return undefined;
  // `offset 0` makes each step an index lookup: a join would read whole days, once for every step back.
  const { rows } = await sql<EventRow & { version: number; depth: number }>`
    with recursive back(registry, seq, run, depth) as (
      select ${start.registry}::text, ${start.seq}::bigint, ${start.run}::text, 0
      union
      select e.registry, e.seq, e.run, b.depth + 1
      from back b,
      lateral (select registry, seq from ${t.ledger} where run = b.run and registry = b.registry and fate in ('consumed', 'referenced') offset 0) l,
      lateral (select registry, seq, run from ${t.events} where registry = l.registry and seq = l.seq offset 0) e
      where b.depth < ${depth}),
    reached as (select registry, seq, min(depth) as depth from back group by registry, seq order by 3, 2 limit ${limit})
    select ${EVENT_COLUMNS}, r.depth, ${versionOf(db, "e")} as version
    from reached r join ${t.events} e on e.registry = r.registry and e.seq = r.seq order by r.depth, e.at, e.seq`.execute(db.kysely);
  const events = rows.map(({ version, depth: steps, ...row }) => ({ ...toEvent(row), version, depth: steps }));
  const runs = [...new Set(events.flatMap((event) => event.run ?? []))];
  const edges = await sql<Provenance["edges"][number]>`
    select distinct registry, seq, run, dag, fate from ${t.ledger} where run = any(${runs}::text[]) and fate in ('consumed', 'referenced') order by run, seq`.execute(
    db.kysely,
  );
  const shown = new Set(events.map((event) => `${event.registry} ${event.seq}`));
  return { events, edges: edges.rows.filter((edge) => shown.has(`${edge.registry} ${edge.seq}`)) };
}

async function findVersion(db: Database, of: ProvenanceOf): Promise<{ registry: string; seq: number; run: string | null } | undefined> {
  const { tables: t } = db;
  const asset = indexable(of.asset);
  const partition = of.partition === undefined || of.partition === null ? "" : indexable(of.partition);
  const { rows } = await sql<{ registry: string; seq: number; run: string | null }>`
    select e.registry, e.seq, e.run from ${t.events} e where e.asset = ${asset} and e.partition = ${partition}
    order by e.at desc, e.registry desc, e.seq desc
    offset coalesce((select s.versions from ${t.slices} s where s.asset = ${asset} and s.partition = ${partition}) - ${of.version ?? null}::bigint, 0) limit 1`.execute(
    db.kysely,
  );
  return rows[0];
}
