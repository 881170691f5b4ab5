import { setTimeout as pause } from "node:timers/promises";
import { SIGNALS } from "../core/registry-protocol.ts";
import { BARE_QUEUE, type Sides } from "./sides.ts";
import { type Figure, median } from "./statistics.ts";

const EVENTS = 1_000;
const PER_SIGNAL = 200;
/** Starts under way at once on the bare side: more do not make it faster. */
const AT_ONCE = 50;

/** 1,000 events, 1,000 runs: completed runs a second, against 1,000 bare starts of the same one-activity workflow, in turns. */
export async function measureBurst(sides: Sides, rounds: number): Promise<readonly Figure[]> {
  const ours: number[] = [];
  const bare: number[] = [];
  const before = await runsOf(sides, "bench-burst");
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await bareBurst(sides, round));
    ours.push(await ourBurst(sides, round));
  }
  const exact = (await runsOf(sides, "bench-burst")) - before;
  return [
    {
      name: "burst, completed runs/s",
      unit: "runs/s",
      ours: median(ours),
      bare: median(bare),
      value: median(ours) / median(bare),
      target: { kind: "at least", value: 0.85 },
    },
    { name: `runs of ${rounds * EVENTS} events`, unit: "runs", ours: exact, value: exact / (rounds * EVENTS), target: { kind: "at least", value: 1 } },
    { name: `runs of ${rounds * EVENTS} events, no more`, unit: "runs", ours: exact, value: exact / (rounds * EVENTS), target: { kind: "at most", value: 1 } },
  ];
}

async function ourBurst(sides: Sides, round: number): Promise<number> {
  const registry = sides.client.workflow.getHandle(sides.names.registry);
  const before = await runsOf(sides, "bench-burst");
  const start = performance.now();
  for (let at = 0; at < EVENTS; at += PER_SIGNAL) {
    await registry.signal(
      SIGNALS.assetUpdated,
      Array.from({ length: PER_SIGNAL }, (_, i) => ({ asset: "bench://burst/in", source: "bench", id: `burst-${round}-${at + i}` })),
    );
  }
  await untilCompleted(sides, "bench-burst", before + EVENTS);
  return EVENTS / ((performance.now() - start) / 1_000);
}

async function bareBurst(sides: Sides, round: number): Promise<number> {
  const before = await runsOf(sides, "bareTask");
  const ids = Array.from({ length: EVENTS }, (_, i) => `bare-burst-${round}-${i}`);
  const start = performance.now();
  async function work(): Promise<void> {
    for (let id = ids.shift(); id !== undefined; id = ids.shift())
      await sides.client.workflow.start("bareTask", { workflowId: `bare/${id}`, taskQueue: BARE_QUEUE, args: [{ id }] });
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await untilCompleted(sides, "bareTask", before + EVENTS);
  return EVENTS / ((performance.now() - start) / 1_000);
}

async function runsOf(sides: Sides, type: string): Promise<number> {
  return (await sides.client.workflow.count(`WorkflowType = '${type}' AND ExecutionStatus = 'Completed'`)).count;
}

async function untilCompleted(sides: Sides, type: string, wanted: number): Promise<void> {
  const until = Date.now() + 300_000;
  while ((await runsOf(sides, type)) < wanted) {
    if (Date.now() > until) throw new Error(`${type}: only ${await runsOf(sides, type)} of ${wanted} runs completed`);
    await pause(100);
  }
}
