import type { EventRef } from "../core/event.ts";
import type { PendingQuestion } from "../core/registry-protocol.ts";
import { formatInstant } from "../core/time/time.ts";
import { forEachLeafCell } from "./cells.ts";
import { compareOrder, heldOf } from "./order.ts";
import { poolsOf } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { sizeOfStretch, storedOf } from "./stretch.ts";

/** What has gathered in one key of a DAG, oldest first. */
export interface PendingGroup {
  readonly key: string;
  readonly partition: string | null;
  /** True for what waits until a quarantined DAG works again. */
  readonly backlog: boolean;
  readonly count: number;
  /** How many of them are kept outside of the registry's state; they are not listed. */
  readonly stored: number;
  readonly events: readonly PendingEvent[];
}

export interface PendingEvent extends EventRef {
  readonly seq: number;
  readonly partition: string | null;
  /** When it happened, and when it was accepted, ISO 8601. */
  readonly time: string;
  readonly at: string;
}

export interface PendingList {
  readonly dag: string;
  readonly count: number;
  readonly groups: readonly PendingGroup[];
}

const MOST = 1_000;

/** The pending events of a DAG by key; null if no deployed project has it. Of many only the first are listed; all are counted. */
export function pendingOfDag(registry: Registry, { dag, key, limit = MOST }: PendingQuestion): PendingList | null {
  const consumer = registry.consumers.get(dag);
  if (consumer === undefined) return null;
  let room = limit;
  const groups: PendingGroup[] = [];
  for (const { partition, seqs, ...group } of gathered(consumer)) {
    if (seqs.size + group.stored === 0 || (key !== undefined && group.key !== key)) continue;
    const events = [...seqs]
      .map((seq) => heldOf(registry.events, seq))
      .sort(compareOrder)
      .slice(0, room)
      .map(
        ({ event }): PendingEvent => ({
          ...{ seq: event.seq, asset: event.asset, source: event.source, id: event.id, partition: event.partition },
          ...{ time: formatInstant(event.time), at: formatInstant(event.at) },
        }),
      );
    room -= events.length;
    groups.push({ ...group, partition, count: seqs.size + group.stored, events });
  }
  return { dag, count: groups.reduce((sum, group) => sum + group.count, 0), groups };
}

function gathered(consumer: Consumer): { key: string; partition: string | null; backlog: boolean; stored: number; seqs: ReadonlySet<number> }[] {
  const pools = poolsOf(consumer).map(({ id, key, cell }) => {
    const seqs = new Set<number>();
    let stored = 0;
    forEachLeafCell(consumer.state, cell, (leafCell) => {
      for (const seq of leafCell.pending ?? []) seqs.add(seq);
      stored += storedOf(leafCell);
    });
    return { key, partition: consumer.state.groups[id]?.partition ?? null, backlog: false, stored, seqs };
  });
  const moved = (consumer.state.unplaced ?? []).map(({ stretch, key }) => ({
    key,
    partition: null,
    backlog: false,
    stored: sizeOfStretch(stretch),
    seqs: new Set<number>(),
  }));
  return [...pools, ...moved, { key: "", partition: null, backlog: true, stored: 0, seqs: new Set(consumer.state.backlog) }];
}
