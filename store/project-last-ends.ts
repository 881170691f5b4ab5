import { sql } from "kysely";
import type { Fact } from "../core/fact.ts";
import type { Database } from "./database.ts";
import { insertRows, newestOf, type Row, replaceWhen } from "./rows.ts";
import { LAST_ENDS } from "./shapes.ts";
import { indexable, instant, storable } from "./text.ts";

type EndRow = Row<typeof LAST_ENDS>;

/**
 * Keeps how each key of a DAG ended last: by the start of its run, and of one run by its newest fact, as a person may mark it. A
 * cancelled run says nothing of whether the key works.
 */
export async function projectLastEnds(tx: Database, facts: readonly Extract<Fact, { kind: "run" }>[]): Promise<void> {
  const rows = newestOf(facts.flatMap(rowOf), ({ dag, key }) => `${dag}\n${key}`, isLater);
  await insertRows(tx, LAST_ENDS, rows, replaceWhen(LAST_ENDS, ["dag", "key"], sql`(excluded.started_at, excluded.n) > (kept.started_at, kept.n)`));
}

function rowOf({ dag, key, run, status, startedAt, endedAt, n, error }: Extract<Fact, { kind: "run" }>): EndRow[] {
  if (endedAt === undefined || (status !== "succeeded" && status !== "failed")) return [];
  return [
    {
      ...{ dag: indexable(dag), key: indexable(key), run: indexable(run), status, n },
      ...{ started_at: instant(startedAt), ended_at: instant(endedAt), error: error === undefined ? null : storable(error) },
    },
  ];
}

function isLater(row: EndRow, than: EndRow): boolean {
  const [one, other] = [String(row.started_at), String(than.started_at)];
  return one > other || (one === other && Number(row.n) > Number(than.n));
}
