import pg from "pg";
import { expectedGold, type SampleFile } from "./sample-files.ts";

/** SQLSTATE of a table that is not there. */
const UNDEFINED_TABLE = "42P01";

/** Compares the gold table with what the generator put in, for the days of these files. Empty if all is right. */
export async function checkGold(warehouseUrl: string, files: readonly SampleFile[]): Promise<readonly string[]> {
  const expected = new Map(expectedGold(files).map((row) => [`${row.ds} ${row.segment}`, `${row.customers} customers, ${row.spendCents} cents`]));
  const actual = await readGold(warehouseUrl, [...new Set(files.map((file) => file.ds))]);
  return [...new Set([...expected.keys(), ...actual.keys()])].sort().flatMap((key) => {
    const [want, got] = [expected.get(key) ?? "nothing", actual.get(key) ?? "nothing"];
    return want === got ? [] : [`${key}: expected ${want}, found ${got}`];
  });
}

async function readGold(url: string, days: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ ds: string; segment: string; customers: number; spend_cents: string }>(
      "select ds::text as ds, segment, customers, spend_cents from gold.customer_analytics where ds = any($1::date[])",
      [days],
    );
    return new Map(rows.map((row) => [`${row.ds} ${row.segment}`, `${row.customers} customers, ${row.spend_cents} cents`]));
  } catch (error) {
    // The table is made by the first run that fills it.
    if ((error as { readonly code?: unknown }).code === UNDEFINED_TABLE) return new Map();
    throw error;
  } finally {
    await client.end();
  }
}
