import type { View } from "./nodes/node.ts";
import { sharedId } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { Cell, GroupState } from "./state.ts";

/** What the condition of a consumer sees of one group now. */
export function viewOf(registry: Registry, consumer: Consumer, group: GroupState, now: number): View {
  return {
    cell: group,
    shared: sharedCell(consumer, group),
    partition: group.partition,
    events: registry.events,
    now,
    after: null,
    until: null,
    span: null,
    silentSince: consumer.state.resumedAt ?? 0,
  };
}

/** Only a partitioned condition has leaves that gather for all partitions. */
function sharedCell(consumer: Consumer, group: GroupState): Cell | undefined {
  const { condition, state } = consumer;
  if (condition === null || condition.partitions === null) return undefined;
  return state.shared[sharedId(condition.by === null ? "" : group.by)];
}
