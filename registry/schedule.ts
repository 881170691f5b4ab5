import type { ConditionNode, PartitionDefinition } from "../core/condition.ts";
import { dimensionsOf, sameKeys } from "../core/partitions/partition-definition.ts";
import { keyAt } from "../core/partitions/partition-key.ts";
import type { Plan } from "../core/plan.ts";
import type { DataInterval } from "../core/run.ts";
import { formatInstant } from "../core/time/time.ts";
import type { Assets } from "./assets.ts";
import type { Leaf } from "./nodes/leaf.ts";
import type { Taking } from "./nodes/node.ts";

/** Of a DAG that only a clock starts: what each of its ticks stands for. */
export interface Schedule {
  readonly leaf: Leaf;
  readonly tz: string;
  /** The slices that its runs make, if its outlets are cut by time, all in one way. */
  readonly partitions: PartitionDefinition | null;
}

/** Null for a condition that is more than one `cron` or `every`. */
export function scheduleOf(on: ConditionNode, leaves: readonly Leaf[], plan: Plan, assets: Pick<Assets, "partitionsOf">): Schedule | null {
  const [leaf, ...more] = leaves;
  if (leaf?.next == null || more.length > 0 || on.by !== undefined || !("cron" in on || "every" in on)) return null;
  return { leaf, tz: "cron" in on ? (on.tz ?? "UTC") : "UTC", partitions: slicesOfOutlets(plan, assets) };
}

function slicesOfOutlets(plan: Plan, assets: Pick<Assets, "partitionsOf">): PartitionDefinition | null {
  const outlets = [...plan.outlets, ...plan.tasks.flatMap((task) => task.outlets)];
  const [first = null, ...rest] = outlets.flatMap(({ asset }) => assets.partitionsOf(asset) ?? []);
  if (first === null || !dimensionsOf(first).every((dimension) => "grain" in dimension)) return null;
  return rest.every((other) => sameKeys(first, other)) ? first : null;
}

/** The tick that a run takes, as the span of time that ends with it and the slice that the span begins in. */
export interface Ticked {
  readonly text: string;
  readonly interval: DataInterval;
  readonly partition: string | null;
}

export function tickedBy({ leaf, tz, partitions }: Schedule, taking: Taking): Ticked | null {
  const at = taking.ticks[0]?.cell?.leaves[leaf.no]?.tick;
  if (at === undefined || leaf.next === null) return null;
  const start = tickBefore(leaf.next, at) ?? at;
  const partition = partitions === null ? null : keyAt(partitions, start);
  return { text: `${leaf.text} at ${formatInstant(at)}`, interval: { start, end: at, tz }, partition };
}

/** Most spans of the gap after a tick that are looked back for the one before. */
const FARTHEST = 4_096;

/** The tick before a tick. A clock only knows what comes next, so the look goes back until something comes, and then forward. */
export function tickBefore(next: (after: number) => number | null, tick: number): number | null {
  const gap = (next(tick) ?? tick + 86_400_000) - tick;
  for (let spans = 1; spans <= FARTHEST; spans *= 4) {
    let before: number | null = null;
    for (let at = next(tick - gap * spans - 1); at !== null && at < tick; at = next(at)) before = at;
    if (before !== null) return before;
  }
  return null;
}
