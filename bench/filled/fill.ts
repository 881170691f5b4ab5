import { sql } from "kysely";
import { type Database, openDatabase } from "../../store/database.ts";
import { openStore } from "../../store/index.ts";
import { dayOf } from "../../store/text.ts";
import { filledCatalogs } from "./catalogs.ts";
import { fillDay, type Span } from "./fill-day.ts";
import { fillPresent } from "./fill-present.ts";
import { FILLED_REGISTRY, type Sizes } from "./sizes.ts";

export interface FillOptions {
  /** A database that may be empty. */
  readonly url: string;
  readonly sizes: Sizes;
  readonly onProgress?: (line: string) => void;
}

const DAY = 86_400_000;

/**
 * Fills a store as years of work would have: catalogues through the projection, the days inside Postgres, each into parts that get
 * their indexes once they are full. So ten million events take minutes.
 */
export async function fillStore({ url, sizes, onProgress = () => undefined }: FillOptions): Promise<void> {
  const { days, until } = sizes;
  const start = until - days * DAY;
  const store = openStore({ url, queryTimeout: 10 * 60_000, now: () => until });
  try {
    await store.migrate();
    onProgress(`${sizes.assets} assets, ${sizes.dags} DAGs`);
    const catalogs = filledCatalogs(sizes);
    for (const [index, catalog] of catalogs.entries()) {
      await store.project(FILLED_REGISTRY, [
        { kind: "catalog", n: index + 1, at: start, project: catalog.project, revision: start, hash: catalog.hash, catalog },
      ]);
    }
  } finally {
    await store.close();
  }

  const db = openDatabase({ url, schema: "headgate", size: 1, connectTimeout: 10_000, queryTimeout: 60 * 60_000 });
  try {
    // Temporary tables belong to a connection.
    await db.kysely.connection().execute(async (kysely) => {
      const own: Database = { ...db, kysely };
      await sql`set synchronous_commit = off`.execute(kysely);
      await sql`set maintenance_work_mem = '256MB'`.execute(kysely);
      await sql`set work_mem = '128MB'`.execute(kysely);
      await prepare(own, sizes);
      for (const span of spansOf(start, until)) {
        onProgress(`${span.day}: ${Math.round(((span.to - start) / (until - start)) * 100)} %`);
        await fillDay(own, sizes, span);
      }
      onProgress("what is there now");
      await fillPresent(own, sizes);
      await sql`analyze`.execute(kysely);
    });
  } finally {
    await db.kysely.destroy();
  }
}

/** The calendar days between two instants, the first and the last of them in part. */
function spansOf(start: number, until: number): Span[] {
  const spans: Span[] = [];
  for (let from = start; from < until; ) {
    const day = dayOf(from);
    const to = Math.min(until, Date.parse(day) + DAY);
    spans.push({ day, from, to });
    from = to;
  }
  return spans;
}

/** Assets and DAGs by a number that says nothing of their name, and who waits for what. */
async function prepare({ kysely, tables: t }: Database, { seed }: Sizes): Promise<void> {
  const statements = [
    sql`create temporary table filled_dags as
      select (row_number() over (order by hashtextextended(dag, ${sql.lit(seed)})) - 1)::int as i, dag, hash from ${t.plans}`,
    sql`create index on filled_dags (i)`,
    sql`create temporary table filled_assets as
      select (row_number() over (order by hashtextextended(a.asset, ${sql.lit(seed)})) - 1)::int as i, a.asset,
        (d.definition -> 'partitions') is not null as daily,
        (select e.from_id from ${t.edges} e where e.to_kind = 'asset' and e.to_id = a.asset and e.how = 'outlet' limit 1) as producer
      from ${t.assets} a left join ${t.definitions} d on d.asset = a.asset`,
    sql`create index on filled_assets (i)`,
    sql`create temporary table filled_waits as
      select distinct from_id as asset, to_id as dag from ${t.edges} where from_kind = 'asset' and how = 'on'`,
    sql`create index on filled_waits (asset)`,
    sql`analyze filled_dags`,
    sql`analyze filled_assets`,
    sql`analyze filled_waits`,
  ];
  // Without it each outlet is a scan of all edges.
  await sql`create index if not exists filled_outlets on ${t.edges} (to_kind, to_id)`.execute(kysely);
  for (const statement of statements) await statement.execute(kysely);
  await sql`drop index ${sql.id("headgate", "filled_outlets")}`.execute(kysely);
}
