import type { Hop } from "../../store/queries/hops.ts";
import type { Paint } from "../text/paint.ts";

/** The layers of the example lake in the order in which data flows, and the DAG that makes each. */
export const LAYERS = [
  { name: "landing", dag: null },
  { name: "raw", dag: "raw-ingest" },
  { name: "bronze", dag: "bronze-clean" },
  { name: "silver", dag: "silver-segment" },
  { name: "gold", dag: "gold-aggregate" },
] as const;

/** How long a node stays lit after a hop, in milliseconds. */
const LIT = 700;

export interface LakeCount {
  /** Files that the generator dropped in this session. */
  readonly in: number;
  readonly consumed: number;
  readonly lost: number;
  readonly doubled: number;
}

/** The lineage in one line; a layer is lit for a moment after something reached it. */
export function lineageLine(reachedAt: ReadonlyMap<string, number>, now: number, paint: Paint): string {
  return LAYERS.map(({ name }) => {
    const lit = now - (reachedAt.get(name) ?? Number.NEGATIVE_INFINITY) < LIT;
    return lit ? paint.bold(paint.green(`● ${name}`)) : paint.dim(`○ ${name}`);
  }).join(paint.dim(" ─▶ "));
}

/** `+31 ms bronze took 2 events of raw 2026-11-23, run 7f3a`. */
export function hopLine(hop: Hop, paint: Paint): string {
  const layer = LAYERS.findIndex(({ dag }) => dag === hop.dag);
  const name = LAYERS[layer]?.name ?? hop.dag;
  const from = LAYERS[layer - 1]?.name ?? hop.assets.join(", ");
  const took = `${hop.events} ${hop.events === 1 ? "event" : "events"}`;
  return `${paint.cyan(`+${Math.max(0, Math.round(hop.startedAt - hop.acceptedAt))} ms`.padStart(9))} ${paint.bold(name)} took ${took} of ${from}${hop.partition === null ? "" : ` ${hop.partition}`}, run ${shortRun(hop.run)}`;
}

/** `in 8 · consumed 8 · lost 0 · doubled 0`. */
export function countLine(count: LakeCount, paint: Paint): string {
  const bad = (n: number, text: string): string => (n === 0 ? text : paint.bold(paint.red(text)));
  const onTheWay = count.in - count.consumed - count.lost;
  const parts = [`in ${count.in}`, `consumed ${count.consumed}`, bad(count.lost, `lost ${count.lost}`), bad(count.doubled, `doubled ${count.doubled}`)];
  return parts.join(" · ") + (onTheWay > 0 ? paint.dim(` · on the way ${onTheWay}`) : "");
}

export function keysLine(paint: Paint): string {
  return [
    ["d", "drop a file"],
    ["k", "kill -9 the worker amid 200 files"],
    ["p", "stop Postgres for 10 s"],
    ["w", "why is gold waiting"],
    ["q", "quit"],
  ]
    .map(([key, what]) => `${paint.bold(key as string)} ${paint.dim(what as string)}`)
    .join("  ");
}

/** The end of a workflow id, enough to tell runs apart: `bronze-clean/1f0c2a9b-17` is `1f0c2a9b-17`. */
function shortRun(run: string): string {
  return run.slice(run.lastIndexOf("/") + 1);
}
