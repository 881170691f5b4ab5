import { sql } from "kysely";
import { messageOf } from "../core/errors.ts";
import type { Fact } from "../core/fact.ts";
import { hintsOfFacts, noteChanges } from "./changes.ts";
import { type Database, type DayTable, inTransaction, lockName } from "./database.ts";
import { type Days, readHorizons } from "./days.ts";
import { consumerRow, duplicateRow, eventRow, factsOf, fateRow, operationRow, rejectedRow, runRow, warningRow } from "./fact-rows.ts";
import { projectLineage } from "./lineage-outbox.ts";
import { isWhole, projectCatalogs } from "./project-catalog.ts";
import { projectEvents } from "./project-events.ts";
import { projectFreshness } from "./project-freshness.ts";
import { projectLastEnds } from "./project-last-ends.ts";
import { projectQuarantined } from "./quarantine.ts";
import { insertRows, newestOf, type Row, replaceWhen } from "./rows.ts";
import { countSampled, isSampledFate, trimSamples } from "./samples.ts";
import { CONSUMERS, DUPLICATES, LEDGER, OPERATIONS, REJECTED, RUNS, WARNINGS } from "./shapes.ts";
import { isBadValue, isMissingDay } from "./store-error.ts";
import { instant, jsonText, storable } from "./text.ts";

const FACTS_IN_ONE_TRANSACTION = 5_000;
const BYTES_IN_ONE_TRANSACTION = 16 * 1024 * 1024;

export interface ProjectOptions {
  /** How many `filtered` fates are kept of each DAG and day, and `duplicate` facts of each day; all are counted. */
  readonly samples: number;
}

/**
 * Writes facts of one registry, in any order, any number of times: the result is the same. `registry` names one numbering of
 * facts, so it must change when `n` starts anew. Throws `E_STORE` if Postgres does not answer; then some of the facts may be
 * written, and the call is to be repeated. A fact that Postgres refuses is put aside as unprojected and stops nothing.
 */
export async function project(db: Database, days: Days, registry: string, facts: readonly Fact[], options: ProjectOptions): Promise<void> {
  for (const chunk of chunksOf(facts)) await projectChunk(db, days, registry, chunk, options);
}

async function projectChunk(db: Database, days: Days, registry: string, facts: readonly Fact[], options: ProjectOptions): Promise<void> {
  try {
    await writeFacts(db, days, registry, facts, options);
  } catch (error) {
    if (isMissingDay(error)) {
      days.forget();
      return writeFacts(db, days, registry, facts, options);
    }
    if (!isBadValue(error)) throw error;
    const [only] = facts;
    if (facts.length === 1 && only !== undefined) return putAside(db, registry, only, error);
    const middle = Math.ceil(facts.length / 2);
    await projectChunk(db, days, registry, facts.slice(0, middle), options);
    await projectChunk(db, days, registry, facts.slice(middle), options);
  }
}

async function writeFacts(db: Database, days: Days, registry: string, facts: readonly Fact[], options: ProjectOptions): Promise<void> {
  const horizons = await readHorizons(db);
  const live = <R extends { readonly day: unknown }>(table: DayTable, rows: readonly R[]): readonly R[] => {
    const horizon = horizons[table];
    return horizon === undefined ? rows : rows.filter((row) => String(row.day) > horizon);
  };

  const events = live(
    "events",
    factsOf(facts, "event").map((fact) => eventRow(registry, fact)),
  );
  const runs = live(
    "runs",
    factsOf(facts, "run").map((fact) => runRow(registry, fact)),
  );
  const fates = live(
    "ledger",
    factsOf(facts, "fate").map((fact) => fateRow(registry, fact)),
  );
  const duplicates = live(
    "duplicates",
    factsOf(facts, "duplicate").map((fact) => ({ ...duplicateRow(registry, fact), dag: "" })),
  );
  const rejected = live(
    "rejected",
    factsOf(facts, "rejected").map((fact) => rejectedRow(registry, fact)),
  );
  const warnings = live(
    "warnings",
    factsOf(facts, "warning").map((fact) => warningRow(registry, fact)),
  );
  const consumers = newestOf(
    factsOf(facts, "consumer").map((fact) => consumerRow(registry, fact)),
    (row) => String(row.dag),
    isNewer,
  );

  const operations = factsOf(facts, "operation").map((fact) => operationRow(registry, fact));
  const parts = { events, runs, ledger: fates, duplicates, rejected, warnings };
  for (const [table, rows] of Object.entries(parts))
    await days.ensure(
      table as DayTable,
      rows.map((row) => String(row.day)),
    );

  await inTransaction(db, async (tx) => {
    // One projection of a registry at a time: a late repeat of a call and its retry must not count together, nor deadlock.
    await lockName(tx, `project ${registry}`);
    const catalogs = factsOf(facts, "catalog").filter(isWhole);
    await projectCatalogs(tx, registry, catalogs);
    await projectEvents(
      tx,
      newestOf(events, (row) => String(row.seq), isNewer),
    );
    await projectFreshness(tx, registry, factsOf(facts, "event"));
    await insertRows(
      tx,
      RUNS,
      newestOf(runs, (row) => `${row.day} ${row.run}`, isNewer),
      replaceWhen(RUNS, ["run", "registry", "day"], sql`excluded.n > kept.n`),
    );
    await projectLastEnds(tx, factsOf(facts, "run"));
    await projectFates(tx, registry, fates, options);
    await projectDuplicates(tx, registry, duplicates, options);
    await insertRows(tx, REJECTED, rejected, sql`on conflict do nothing`);
    await projectQuarantined(tx, registry, factsOf(facts, "quarantined"));
    await insertRows(tx, WARNINGS, warnings, sql`on conflict do nothing`);
    await insertRows(tx, OPERATIONS, operations, sql`on conflict do nothing`);
    await insertRows(tx, CONSUMERS, consumers, replaceWhen(CONSUMERS, ["registry", "dag"], sql`excluded.n > kept.n`));
    await projectLineage(tx, factsOf(facts, "run"), catalogs);
    await cover(tx, registry, facts);
    await noteChanges(tx, hintsOfFacts(facts));
  });
}

/** A sampled fate is the first and only one of its event, consumer and key, so leaving one out hides no other. */
async function projectFates(tx: Database, registry: string, fates: readonly Row<typeof LEDGER>[], { samples }: ProjectOptions): Promise<void> {
  const sampled = fates.filter(isSampledFate) as readonly (Row<typeof LEDGER> & { n: number; day: string; dag: string })[];
  const whole = fates.filter((row) => !isSampledFate(row));
  const { keep, full } = await countSampled(tx, registry, "filtered", sampled, samples);
  await insertRows(tx, LEDGER, [...whole, ...keep], sql`on conflict do nothing`);
  await trimSamples(tx, registry, "filtered", full, samples);
}

async function projectDuplicates(tx: Database, registry: string, rows: readonly Row<typeof DUPLICATES>[], { samples }: ProjectOptions): Promise<void> {
  const { keep, full } = await countSampled(tx, registry, "duplicate", rows as (Row<typeof DUPLICATES> & { n: number; day: string; dag: string })[], samples);
  await insertRows(tx, DUPLICATES, keep, sql`on conflict do nothing`);
  await trimSamples(tx, registry, "duplicate", full, samples);
}

/** Notes which `n` are in, as ranges. */
async function cover(tx: Database, registry: string, facts: readonly Fact[]): Promise<void> {
  const numbers = facts.map((fact) => fact.n).sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const n of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && n <= last[1] + 1) last[1] = n;
    else ranges.push([n, n]);
  }
  const covered = `{${ranges.map(([from, to]) => `[${from},${to}]`).join(",")}}`;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at } of facts) [first, last] = [Math.min(first, at), Math.max(last, at)];
  await sql`
    insert into ${tx.tables.registries} as kept (registry, covered, first_at, last_at) values (${registry}, ${covered}::int8multirange, ${instant(first)}, ${instant(last)})
    on conflict (registry) do update set
      covered = kept.covered + excluded.covered, first_at = least(kept.first_at, excluded.first_at), last_at = greatest(kept.last_at, excluded.last_at)`.execute(
    tx.kysely,
  );
}

async function putAside(db: Database, registry: string, fact: Fact, error: unknown): Promise<void> {
  const why = storable(messageOf(error));
  await sql`
    insert into ${db.tables.unprojected} (registry, n, kind, at, error, fact) values (${registry}, ${fact.n}, ${fact.kind}, ${instant(fact.at)}, ${why}, ${jsonText(fact)})
    on conflict do nothing`.execute(db.kysely);
}

function* chunksOf(facts: readonly Fact[]): Generator<readonly Fact[]> {
  let chunk: Fact[] = [];
  let bytes = 0;
  for (const fact of facts) {
    const size =
      fact.kind === "event" || fact.kind === "quarantined"
        ? JSON.stringify(fact.event.data).length
        : fact.kind === "catalog"
          ? BYTES_IN_ONE_TRANSACTION / 2
          : 256;
    if (chunk.length >= FACTS_IN_ONE_TRANSACTION || (chunk.length > 0 && bytes + size > BYTES_IN_ONE_TRANSACTION)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(fact);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function isNewer(row: { readonly n: unknown }, than: { readonly n: unknown }): boolean {
  return Number(row.n) > Number(than.n);
}
