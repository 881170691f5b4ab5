import { sql } from "kysely";
import type { Database } from "../database.ts";

/** How many events had a value in a field of their data, and how many runs of a DAG consumed one of them. */
export interface DataRuns {
  readonly events: number;
  readonly consumed: number;
}

/** Follows things by what their events say of them, such as the path of a file. Values without an event are left out. */
export async function runsByData(
  db: Database,
  of: { readonly asset: string; readonly dag: string; readonly field: string; readonly values: readonly string[] },
): Promise<ReadonlyMap<string, DataRuns>> {
  const { tables: t } = db;
  const { rows } = await sql<DataRuns & { value: string }>`
    select e.data ->> ${of.field} as value, count(distinct (e.registry, e.seq)) as events, count(distinct l.run) as consumed
    from ${t.events} e
      left join ${t.ledger} l on l.registry = e.registry and l.seq = e.seq and l.dag = ${of.dag} and l.fate = 'consumed'
    where e.asset = ${of.asset} and e.data ->> ${of.field} = any(${[...of.values]}::text[])
    group by 1`.execute(db.kysely);
  return new Map(rows.map(({ value, events, consumed }) => [value, { events, consumed }]));
}
