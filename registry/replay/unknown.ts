import type { ConditionNode } from "../../core/condition.ts";
import { allNodes } from "../../core/conditions/condition-leaves.ts";
import { dagOfRunEnds } from "../../core/run-ends.ts";
import type { RecordedHistory, Replayed } from "./recorded.ts";

/** What the record does not tell, and so the replay cannot know, in sentences for people. Only what may matter here. */
export function unknownOf({ plan: { plan, hash } }: Replayed, history: RecordedHistory, deployed: string | null): readonly string[] {
  const { since, runs, operations } = history;
  const own = runs.filter(({ at, cause }) => at >= since && cause.kind === "condition");
  const others = own.filter((run) => run.plan !== null && run.plan !== (deployed ?? hash)).length;
  const open = runs.filter(({ endedAt }) => endedAt === null).length;
  const redelivered = operations.filter(({ at, input }) => at >= since && input.kind === "redeliver").length;
  const memory = plan.on === null ? [] : memoryOf(plan.on, plan.policy);
  const ends = plan.on === null ? [] : allNodes(plan.on).filter((node) => "asset" in node && dagOfRunEnds(node.asset) !== undefined);
  return [
    ...(memory.length === 0 ? [] : [`before the time that is replayed: ${memory.join(", ")}`]),
    ...(others === 0 ? [] : [`what an earlier plan meant: it decided ${others} of ${own.length} ${own.length === 1 ? "run" : "runs"} of that time`]),
    ...(open === 0 ? [] : [`when ${open} ${open === 1 ? "run" : "runs"} will end: they keep their slots`]),
    ...(redelivered === 0 ? [] : [`which events ${redelivered} ${redelivered === 1 ? "redelivery" : "redeliveries"} gave the DAG again`]),
    ...(ends.length === 0 ? [] : ["ends of runs from before a deployed condition listened to them"]),
  ];
}

/** What a condition remembers beside the events that are pending. */
function memoryOf(on: ConditionNode, policy: Replayed["plan"]["plan"]["policy"]): readonly string[] {
  const nodes = allNodes(on);
  const has = (test: (node: ConditionNode) => boolean): boolean => nodes.some(test);
  return [
    ...(has((node) => "keep" in node && node.keep === true) ? ["kept events that a run referred to"] : []),
    ...(has((node) => "changed" in node) ? ["the values that `changed` compares with"] : []),
    ...(has((node) => "partitions" in node && node.partitions !== undefined && node.partitions.map !== "same") ? ["slices that were seen and taken"] : []),
    ...(has((node) => "absent" in node) ? ["how long a silence lasted"] : []),
    ...(has((node) => "cron" in node || "every" in node) ? ["ticks that waited"] : []),
    ...(policy.once === undefined ? [] : ["keys of `once`"]),
    ...(policy.throttle === undefined ? [] : ["starts that the throttle counted"]),
    ...(policy.mode === "latest" ? ["the newest event that was taken"] : []),
  ];
}
