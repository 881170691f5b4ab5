import { randomUUID } from "node:crypto";
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
}

/** Items that both sides have under way at once: as many as the map of bench/dags allows. */
const SHAPES: readonly Shape[] = [
  { name: "ten tasks in a row", dag: "bench-ten", bare: "bareTen", rounds: 20, target: 1.15, tasks: 10 },
  { name: "a map of 1,000 items", dag: "bench-map", bare: "bareMap", rounds: 4, target: 1.2, tasks: 1_000 },
];

/** Runs of a DAG beside bare workflows of the same activities, in turns: wall time, CPU of the worker, events of history. */
export async function measureDagSpeed(sides: Sides): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const shape of SHAPES) figures.push(...(await measureShape(sides, shape)));
  return figures;
}

async function measureShape(sides: Sides, { name, dag, bare, rounds, target, tasks }: Shape): Promise<readonly Figure[]> {
  const queue = sides.names.projectQueue("headgate");
  const ours = { wall: [] as number[], cpu: 0, events: 0 };
  const bares = { wall: [] as number[], cpu: 0, events: 0 };
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
  }
  return [
    ratio(`${name}, wall time`, "ms", median(ours.wall), median(bares.wall), target),
    ratio(`${name}, CPU of the worker`, "ms", ours.cpu / rounds, bares.cpu / rounds, target),
    atMost(`${name}, events of history for each task beyond the bare workflow's`, "events", (ours.events - bares.events) / rounds / tasks, 0.5),
  ];
}

async function timed(sides: Sides, type: string, taskQueue: string, args: readonly unknown[]): Promise<{ readonly wall: number; readonly events: number }> {
  const start = performance.now();
  const handle = await sides.client.workflow.start(type, { workflowId: `${type}/${randomUUID()}`, taskQueue, args: [...args] });
  await handle.result();
  const wall = performance.now() - start;
  return { wall, events: await eventsOf(sides, handle.workflowId) };
}

/** Its own events and those of its children. */
async function eventsOf(sides: Sides, workflowId: string): Promise<number> {
  const { historyLength, raw } = await sides.client.workflow.getHandle(workflowId).describe();
  let events = historyLength;
  for await (const child of sides.client.workflow.list({
    query: `ParentWorkflowId = '${workflowId}' AND ParentRunId = '${raw.workflowExecutionInfo?.execution?.runId}'`,
  }))
    events += child.historyLength;
  return events;
}

function ratio(name: string, unit: string, ours: number, bare: number, target: number): Figure {
  return { name, unit, ours, bare, value: ours / bare, target: { kind: "at most", value: target } };
}
