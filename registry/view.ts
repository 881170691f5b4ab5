import type { View } from "./nodes/node.ts";
import { sharedId } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { GroupState } from "./state.ts";

/** What the condition of a consumer sees of one group now. */
export function viewOf(registry: Registry, consumer: Consumer, group: GroupState, now: number): View {
  return {
    cell: group,
    shared: consumer.state.shared[sharedId(consumer.condition?.by == null ? "" : group.by)],
    partition: group.partition,
    events: registry.events,
    now,
    after: null,
    until: null,
    span: null,
    silentSince: consumer.state.resumedAt ?? 0,
  };
}
