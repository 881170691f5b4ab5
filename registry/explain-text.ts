import type { ConsumerExplanation, EventExplanation, GroupExplanation, RunExplanation } from "./explain.ts";
import { ago, listed, type TreeNode } from "./explain-tree.ts";
import type { Registry } from "./registry.ts";

/** Why a DAG does not run, in sentences. */
export function textOfConsumer(data: ConsumerExplanation, now: number): string {
  const lines = [`${data.dag} waits for ${data.condition ?? "people and schedules only: it has no condition"}`];
  if (data.faulted !== null) lines.push(`quarantined: ${data.faulted}`);
  for (const [what, stop] of [
    ["the whole registry is held", data.held],
    ["paused", data.paused],
  ] as const)
    if (stop !== null)
      lines.push(`${what} since ${stop.since} (${ago(now, Date.parse(stop.since))} ago)${stop.by === null || stop.by === "" ? "" : ` by ${stop.by}`}`);
  if (data.running.length > 0) lines.push(`running: ${listed(data.running.map((one) => `${one.run} for ${ago(now, Date.parse(one.since))}`))}`);
  if (data.failed.runs > 0)
    lines.push(
      `${data.failed.runs} failed ${data.failed.runs === 1 ? "run holds" : "runs hold"} ${data.failed.events} ${data.failed.events === 1 ? "event" : "events"}`,
    );
  for (const { text } of data.work) lines.push(text);
  for (const group of data.groups) lines.push(...textOfGroup(group));
  if (data.moreGroups > 0) lines.push(`and ${data.moreGroups} more keys`);
  if (data.next !== null) lines.push(`next look at ${data.next}`);
  return lines.join("\n");
}

function textOfGroup(group: GroupExplanation): string[] {
  const name = group.key === "" ? "" : `${group.key}: `;
  const pending = `${group.pending} pending${group.stored === 0 ? "" : ` (${group.stored} kept outside of the state)`}`;
  const head = !group.due
    ? `${name}not due, ${pending}: waits for ${group.tree.waitsFor ?? "more"}`
    : group.blocked.length === 0
      ? `${name}due, ${pending}`
      : `${name}due, ${pending}, and held back: ${group.blocked.map((block) => block.text).join("; ")}`;
  return [head, ...textOfTree(group.tree, 1)];
}

/** The tree with one node a line. */
export function textOfTree(node: TreeNode, depth: number): string[] {
  const state = node.due ? "due" : `waits for ${node.waitsFor ?? "more"}`;
  const pending = node.pending === undefined ? "" : `, ${node.pending} pending`;
  const line = `${"  ".repeat(depth)}${node.due ? "+" : "-"} ${node.key === undefined ? "" : `${node.key}: `}${node.children === undefined ? node.text : node.kind}: ${state}${pending}`;
  return [line, ...(node.children ?? []).flatMap((child) => textOfTree(child, depth + 1))];
}

export function textOfEvent(data: EventExplanation): string {
  const { event } = data;
  const head = `event ${event.id} of ${event.source}: ${event.asset}${event.partition === null ? "" : ` ${event.partition}`}, accepted at ${event.at}`;
  const fates = data.consumers.map(
    ({ dag, key, fate, run, why }) => `  ${dag}${key === "" ? "" : ` (${key})`}: ${fate}${run === null ? "" : ` by ${run}`}${why === null ? "" : `, ${why}`}`,
  );
  return [head, ...fates].join("\n");
}

export function textOfRun(data: RunExplanation, registry: Registry): string {
  const names = data.events.map((seq) => {
    const event = registry.events.get(seq)?.event;
    return event === undefined ? `event number ${seq}` : `${event.id} of ${event.asset}`;
  });
  const head = `${data.run} of ${data.dag}${data.key === "" ? "" : ` for ${data.key}`} is running since ${data.since}, started by ${data.cause.kind}: ${data.cause.text}`;
  const waits = data.awaits.map(({ task, asset, partition }) => `its task ${task} waits for an event of ${asset}${partition === null ? "" : ` ${partition}`}`);
  return [head, names.length === 0 ? "it consumed nothing" : `it consumed ${listed(names)}`, ...waits].join("\n");
}
