import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import type { RegistryClient } from "../client/registry.ts";
import { SIGNALS } from "../core/registry-protocol.ts";
import { startOurSide } from "./our-side.ts";
import { atLeast, atMost, type Figure } from "./statistics.ts";

const BATCH = 200;
const SENDERS = 4;
const HOT_STATE = 768;
/** Share of the events that come while Postgres is down: 120,000 of a million are ten minutes at 200 a second. */
const IN_THE_OUTAGE = 0.12;
const DAG = "bench-backlog";

/**
 * The backlog of a paused DAG, on servers of its own: most of it comes in peace, the rest while Postgres is down, and in the middle of
 * that one of two workers is killed. Then everything is taken.
 */
export async function measureBacklog(events: number, progress: (line: string) => void): Promise<readonly Figure[]> {
  const side = await startOurSide(progress);
  const { client, names, registry, stack } = side;
  try {
    const doomed = await side.startWorker("bench/dags/*.ts");
    await side.startWorker("bench/dags/*.ts");
    await side.deploy([fileURLToPath(new URL("./dags/bench.ts", import.meta.url))]);
    await registry.pause(DAG);
    const handle = client.workflow.getHandle(names.registry);
    const publish = (from: number, to: number): Promise<void> =>
      inBatches(from, to, (batch) => handle.signal(SIGNALS.assetUpdated, batch).then(() => undefined));
    const watch = watchState(registry, progress);

    const before = Math.round(events * (1 - IN_THE_OUTAGE));
    const start = performance.now();
    await publish(0, before);
    await settled(registry, before);
    const perSecond = before / ((performance.now() - start) / 1_000);
    const peaceful = watch.largest();
    progress(`${before} events are pending, the largest state was ${peaceful} KiB`);

    await stack.postgres.kill();
    await publish(before, Math.round((before + events) / 2));
    const others = publish(Math.round((before + events) / 2), events);
    process.kill(doomed.pid, "SIGKILL");
    await others;
    await settled(registry, events);
    const state = await registry.state();
    const pending = state.consumers.find(({ dag }) => dag === DAG)?.pending ?? 0;
    progress(`${pending} events are pending, Postgres is down, the state has ${Math.round(state.stateBytes / 1_024)} KiB`);

    await stack.postgres.start();
    await registry.resume(DAG);
    for (let left = pending; left > 0; await pause(1_000)) {
      const { consumers, waitingFacts } = await registry.state().catch(() => ({ consumers: [], waitingFacts: 1 }));
      const mine = consumers.find(({ dag }) => dag === DAG);
      left = mine === undefined ? left : mine.pending + mine.running + waitingFacts;
    }
    watch.stop();
    const { consumed, taken } = await consumedBy(stack.databaseUrl, events);
    return [
      atLeast(`backlog of ${events.toLocaleString("en-US")} events, pending`, "events", pending, events),
      atLeast("backlog, events by second into a paused DAG", "events/s", perSecond, 200),
      atMost("backlog, state when all are pending and Postgres is down", "KiB", state.stateBytes / 1_024, HOT_STATE),
      atMost("backlog, the largest state while they came", "KiB", watch.largest(), HOT_STATE),
      atMost("backlog, lost", "events", events - consumed, 0),
      atMost("backlog, doubled", "events", taken - consumed, 0),
    ];
  } finally {
    await side.stop();
  }
}

async function inBatches(from: number, to: number, send: (batch: readonly object[]) => Promise<void>): Promise<void> {
  let next = from;
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (next < to) {
        const first = next;
        next = Math.min(to, first + BATCH);
        await send(Array.from({ length: next - first }, (_, n) => ({ asset: "bench://backlog/in", source: "bench", id: `backlog-${first + n}` })));
      }
    }),
  );
}

/** Waits until the registry has accepted so many events, and has parked what it can. */
async function settled(registry: RegistryClient, count: number): Promise<void> {
  for (;;) {
    const { events, inbox } = await registry.state().catch(() => ({ events: { accepted: 0, pending: count, stored: 0 }, inbox: 1 }));
    if (events.accepted >= count && inbox === 0 && events.pending < 4_000) return;
    await pause(500);
  }
}

function watchState(registry: RegistryClient, progress: (line: string) => void): { largest(): number; stop(): void } {
  let largest = 0;
  let looks = 0;
  const timer = setInterval(async () => {
    const state = await registry.state().catch(() => undefined);
    if (state === undefined) return;
    largest = Math.max(largest, Math.round(state.stateBytes / 1_024));
    if (looks++ % 10 === 0)
      progress(`${state.events.accepted} accepted, ${state.events.stored} outside of the state of ${Math.round(state.stateBytes / 1_024)} KiB`);
  }, 2_000);
  return { largest: () => largest, stop: () => clearInterval(timer) };
}

/** How many events runs consumed, and how often. Waits until the store knows of all, for five minutes. */
async function consumedBy(url: string, events: number): Promise<{ readonly consumed: number; readonly taken: number }> {
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    for (let tries = 0; ; tries++) {
      const { rows } = await db.query(
        `select count(distinct seq)::int as consumed, count(distinct (seq, run))::int as taken from headgate.ledger where dag = $1 and fate = 'consumed'`,
        [DAG],
      );
      const [row] = rows as { readonly consumed: number; readonly taken: number }[];
      if (row !== undefined && (row.consumed >= events || tries === 60)) return row;
      await pause(5_000);
    }
  } finally {
    await db.end();
  }
}
