import { randomUUID } from "node:crypto";
import { type Execution, replayCpu, workflowBundles } from "./replay-cpu.ts";
import { BARE_QUEUE, type Sides } from "./sides.ts";
import { atMost, type Figure, median } from "./statistics.ts";

/** One shape of work, as a DAG and as the workflow that its author would write with the bare SDK. */
interface Shape {
  readonly name: string;
  readonly dag: string;
  readonly bare: string;
  readonly rounds: number;
  readonly target: number;
  readonly tasks: number;
  /** How many of it are replayed at once. */
  readonly copies: number;
}

const REPLAYS = 3;

/** Items that both sides have under way at once: as many as the map of bench/dags allows. */
const SHAPES: readonly Shape[] = [
  { name: "ten tasks in a row", dag: "bench-ten", bare: "bareTen", rounds: 20, target: 1.15, tasks: 10, copies: 40 },
  { name: "a map of 1,000 items", dag: "bench-map", bare: "bareMap", rounds: 4, target: 1.2, tasks: 1_000, copies: 1 },
];

type Bundles = Awaited<ReturnType<typeof workflowBundles>>;

/** Runs of a DAG beside bare workflows of the same activities, in turns: wall time, CPU of the workflows and of the worker, events of history. */
export async function measureDagSpeed(sides: Sides): Promise<readonly Figure[]> {
  const bundles = await workflowBundles();
  const figures: Figure[] = [];
  for (const shape of SHAPES) figures.push(...(await measureShape(sides, shape, bundles)));
  return figures;
}

async function measureShape(sides: Sides, { name, dag, bare, rounds, target, tasks, copies }: Shape, bundles: Bundles): Promise<readonly Figure[]> {
  const queue = sides.names.projectQueue("headgate");
  const ours = { wall: [] as number[], cpu: 0, events: 0, last: [] as Execution };
  const bares = { wall: [] as number[], cpu: 0, events: 0, last: [] as Execution };
  // The first of each is left out: it loads what the others find in caches.
  for (let round = 0; round <= rounds; round += 1) {
    const before = sides.cpu();
    const theirs = await timed(sides, bare, BARE_QUEUE, []);
    const between = sides.cpu();
    const own = await timed(sides, dag, queue, [{ params: {} }]);
    const after = sides.cpu();
    if (round === 0) continue;
    ours.wall.push(own.wall);
    ours.events += own.events;
    ours.cpu += after.ours - between.ours;
    bares.wall.push(theirs.wall);
    bares.events += theirs.events;
    bares.cpu += between.bare - before.bare;
    ours.last = own.execution;
    bares.last = theirs.execution;
  }
  const replayed = await replayCpu(
    sides.client,
    { ours: { bundle: bundles.ours, execution: ours.last }, bare: { bundle: bundles.bare, execution: bares.last } },
    copies,
    REPLAYS,
  );
  return [
    ratio(`${name}, wall time`, "ms", median(ours.wall), median(bares.wall), target),
    ratio(`${name}, CPU of its workflows`, "ms", replayed.ours, replayed.bare, target),
    // With the registry, the ledger and the store, which the bare side does not have.
    { name: `${name}, CPU of the worker`, unit: "ms", ours: ours.cpu / rounds, bare: bares.cpu / rounds, value: ours.cpu / bares.cpu },
    atMost(`${name}, events of history for each task beyond the bare workflow's`, "events", (ours.events - bares.events) / rounds / tasks, 0.5),
  ];
}

interface Timed {
  readonly wall: number;
  readonly events: number;
  readonly execution: Execution;
}

async function timed(sides: Sides, type: string, taskQueue: string, args: readonly unknown[]): Promise<Timed> {
  const start = performance.now();
  const handle = await sides.client.workflow.start(type, { workflowId: `${type}/${randomUUID()}`, taskQueue, args: [...args] });
  await handle.result();
  return { wall: performance.now() - start, ...(await lookedAt(sides, handle.workflowId)) };
}

/** Its events and those of its children. */
async function lookedAt(sides: Sides, workflowId: string): Promise<Pick<Timed, "events" | "execution">> {
  const { historyLength, raw } = await sides.client.workflow.getHandle(workflowId).describe();
  let events = historyLength;
  const execution = [workflowId];
  for await (const child of sides.client.workflow.list({
    query: `ParentWorkflowId = '${workflowId}' AND ParentRunId = '${raw.workflowExecutionInfo?.execution?.runId}'`,
  })) {
    events += child.historyLength;
    execution.push(child.workflowId);
  }
  return { events, execution };
}

function ratio(name: string, unit: string, ours: number, bare: number, target: number): Figure {
  return { name, unit, ours, bare, value: ours / bare, target: { kind: "at most", value: target } };
}
