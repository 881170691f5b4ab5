import { sql } from "kysely";
import type { ChangeHint } from "../core/change.ts";
import type { Fact } from "../core/fact.ts";
import type { Database } from "./database.ts";
import type { FactOf } from "./fact-rows.ts";
import type { WorkerRecord } from "./record.ts";
import { jsonText } from "./text.ts";

/** Most ids of one hint; of more there is none, and everything is asked for again. */
const MOST_IDS = 50;
/** Hints are for those who watch: whoever was away for longer begins anew. */
const KEPT = "10 minutes";
/** The old ones go with every so manieth new one. */
const PRUNE_EVERY = 256;

/** Writes down that something changed, with what changed: in one transaction they become visible together. */
export async function noteChanges(db: Database, hints: readonly ChangeHint[]): Promise<void> {
  const { kysely, tables: t } = db;
  if (hints.length === 0) return;
  const { rows } = await sql<{ id: number }>`insert into ${t.changes} (hints) values (${jsonText(hints)}::json) returning id`.execute(kysely);
  if ((rows[0]?.id ?? 0) % PRUNE_EVERY === 0) {
    // Every change has about the same age as its neighbours, so the oldest are the first by the key.
    await sql`delete from ${t.changes} where id in (select id from ${t.changes} where at < now() - ${sql.lit(KEPT)}::interval order by id limit ${PRUNE_EVERY * 4})`.execute(
      kysely,
    );
  }
}

export function hintsOfFacts(facts: readonly Fact[]): readonly ChangeHint[] {
  const of = <K extends Fact["kind"]>(kind: K, id: (fact: FactOf<K>) => string): readonly string[] =>
    facts.flatMap((fact) => (fact.kind === kind ? [id(fact as FactOf<K>)] : []));
  return present([
    { topic: "runs", kind: "run", ids: of("run", ({ run }) => run) },
    { topic: "events", kind: "event", ids: of("event", ({ event }) => event.id) },
    { topic: "events", kind: "quarantine", ids: of("quarantined", ({ event }) => event.id) },
    { topic: "assets", kind: "event", ids: of("event", ({ event }) => event.asset) },
    { topic: "dags", kind: "fate", ids: of("fate", ({ dag }) => dag) },
    { topic: "dags", kind: "run", ids: of("run", ({ dag }) => dag) },
    { topic: "dags", kind: "consumer", ids: of("consumer", ({ dag }) => dag) },
    { topic: "dags", kind: "deploy", ids: of("catalog", ({ project }) => project) },
    { topic: "assets", kind: "deploy", ids: of("catalog", ({ project }) => project) },
    { topic: "operations", kind: "operation", ids: of("operation", ({ dag, operation }) => dag ?? operation) },
  ]);
}

export function hintsOfRecords(records: readonly WorkerRecord[]): readonly ChangeHint[] {
  return present([
    { topic: "tasks", kind: "task", ids: records.flatMap((one) => (one.kind === "task" ? [one.task.run] : one.kind === "attempt" ? [one.attempt.run] : [])) },
    { topic: "tasks", kind: "log", ids: records.flatMap((one) => (one.kind === "log" ? [one.line.run] : [])) },
  ]);
}

function present(hints: readonly ChangeHint[]): readonly ChangeHint[] {
  return hints.flatMap((hint) => {
    const ids = new Set(hint.ids);
    return ids.size === 0 ? [] : [{ ...hint, ids: ids.size > MOST_IDS ? [] : [...ids] }];
  });
}
