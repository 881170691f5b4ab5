import { fileURLToPath } from "node:url";
import pg from "pg";
import type { BenchProcess } from "../bench-process.ts";
import type { OurSide } from "../our-side.ts";
import { atLeast, type Figure } from "../statistics.ts";
import { acceptedPerSecond } from "./accepted.ts";

const DAGS = fileURLToPath(new URL("./dags/table.ts", import.meta.url));
const PAGE = 1_000;

/** Rows of a table to the registry, from the first row on. */
export async function measureTable(
  side: OurSide,
  worker: BenchProcess,
  warehouse: string,
  { rows, progress }: { readonly rows: number; readonly progress: (line: string) => void },
): Promise<readonly Figure[]> {
  const client = new pg.Client({ connectionString: warehouse });
  await client.connect();
  try {
    await client.query("create schema if not exists bench");
    await client.query("create table bench.readings (id bigserial primary key, sensor text, celsius numeric, note text)");
    await client.query("insert into bench.readings (sensor, celsius, note) select 'boiler-7', 81.4, repeat('x', 120) from generate_series(1, $1)", [rows]);
    const bare = await bareRead(client);
    const ours = await acceptedPerSecond(side, { worker, count: rows, begin: () => side.deploy([DAGS]), progress });
    return [{ ...atLeast("Postgres table to registry", "rows/s", ours, 5_000), bare }];
  } finally {
    await client.end();
  }
}

/** Rows by second that the bare client reads in pages. */
async function bareRead(client: pg.Client): Promise<number> {
  const start = performance.now();
  let count = 0;
  for (let after = 0n; ; ) {
    const { rows } = await client.query<{ id: string }>("select * from bench.readings where id > $1 order by id limit $2", [after, PAGE]);
    count += rows.length;
    if (rows.length < PAGE) return count / ((performance.now() - start) / 1_000);
    after = BigInt(rows.at(-1)?.id ?? 0);
  }
}
