import { sql } from "kysely";
import type { Fact } from "../core/fact.ts";
import { FRESHNESS_PREFIX, type FreshnessData } from "../core/freshness-events.ts";
import type { Database } from "./database.ts";
import { insertRows, newestOf, type Row, replaceWhen } from "./rows.ts";
import { FRESHNESS } from "./shapes.ts";
import { indexable, instant } from "./text.ts";

type FreshnessRow = Row<typeof FRESHNESS>;

/** Keeps the last change of each asset's freshness, in whatever order the changes come. */
export async function projectFreshness(tx: Database, registry: string, facts: readonly Extract<Fact, { kind: "event" }>[]): Promise<void> {
  const rows = newestOf(
    facts.flatMap(({ event }) => rowOf(registry, event) ?? []),
    ({ asset }) => String(asset),
    (row, than) => Number(row.seq) > Number(than.seq),
  );
  const isLater = sql`(excluded.at, excluded.registry, excluded.seq) > (kept.at, kept.registry, kept.seq)`;
  await insertRows(tx, FRESHNESS, rows, replaceWhen(FRESHNESS, ["asset"], isLater));
}

/** What the registry says; anybody may send an event of that name, and means nothing by it. */
function rowOf(registry: string, { asset, source, data, seq, at }: Extract<Fact, { kind: "event" }>["event"]): FreshnessRow | undefined {
  if (!asset.startsWith(FRESHNESS_PREFIX) || !source.startsWith("freshness:")) return undefined;
  const said = data as unknown as FreshnessData;
  return {
    ...{ asset: indexable(said.asset), state: said.state, since: said.since, expected: said.expected },
    ...{ registry, seq, at: instant(at) },
  };
}
