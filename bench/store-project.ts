import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "../core/fact.ts";
import { startPostgres } from "../runtime/embedded/postgres.ts";
import { openStore } from "../store/index.ts";

const EVENTS = 3_334;
const DAY_ONE = Date.parse("2026-11-23T00:00:00Z");

/** What a registry does with one event: it is accepted, waits, and is consumed. So three facts an event. */
function factsOf(first: number): Fact[] {
  return Array.from({ length: EVENTS }, (_, i) => {
    const seq = first + i;
    const at = DAY_ONE + seq;
    const event = {
      seq,
      asset: `s3://lake/raw/${seq % 50}`,
      source: "files:///landing",
      id: `landing/${seq}.csv@812`,
      time: at,
      at,
      partition: `2026-11-${10 + (seq % 10)}`,
      data: { key: `${seq}.csv`, size: 812 },
      hops: 0,
    };
    const fate = { kind: "fate" as const, at, dag: "orders-clean", key: event.partition, seq };
    return [
      { kind: "event" as const, n: 3 * seq, at, event },
      { ...fate, n: 3 * seq + 1, fate: "pending" as const },
      { ...fate, n: 3 * seq + 2, fate: "consumed" as const, run: `orders-clean/e-${Math.floor(seq / 4)}` },
    ];
  }).flat();
}

/** Facts per second of a call with so many facts, median of the rounds. */
async function measure(project: (facts: readonly Fact[]) => Promise<void>, rounds: number, size: number, from: number): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const facts = factsOf(from + round * EVENTS);
    const begin = performance.now();
    for (let i = 0; i < facts.length; i += size) await project(facts.slice(i, i + size));
    rates.push(facts.length / ((performance.now() - begin) / 1_000));
  }
  return Math.round(rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0);
}

const folder = await mkdtemp(join(tmpdir(), "headgate-bench-"));
await chmod(folder, 0o755);
const postgres = await startPostgres({ stateDir: join(folder, "state") });
const store = openStore({ url: postgres.databaseUrl });
try {
  await store.migrate();
  const project = (facts: readonly Fact[]): Promise<void> => store.project("bench", facts);
  await project(factsOf(1));
  const rates = {
    "facts/s, 10,002 a call": await measure(project, 5, 10_002, 1 + EVENTS),
    "facts/s, 500 a call": await measure(project, 5, 500, 1 + 6 * EVENTS),
    "facts/s, 500 a call, all repeats": await measure(project, 5, 500, 1 + 6 * EVENTS),
  };
  for (const [what, rate] of Object.entries(rates)) console.log(`${String(rate).padStart(8)} ${what}`);
  console.log(JSON.stringify(rates));
} finally {
  await store.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
