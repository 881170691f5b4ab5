import type { Condition } from "./condition.ts";
import { usesSomething } from "./nodes/node.ts";
import { takeByMode } from "./policies/mode.ts";
import type { Pool } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { Cell, GroupState } from "./state.ts";
import { viewOf } from "./view.ts";

/** Events of a group that stand in complete matches, as runs would take them one after another. */
export function completeMatches(registry: Registry, consumer: Consumer, condition: Condition, pool: Pool, now: number): ReadonlySet<number> {
  const complete = new Set<number>();
  const groups = consumer.state.groups[pool.id] === undefined ? Object.values(consumer.state.groups) : [consumer.state.groups[pool.id] as GroupState];
  for (const group of groups) {
    const view = viewOf(registry, consumer, group, now);
    const scratch = { ...view, cell: copyCell(group), shared: view.shared === undefined ? undefined : copyCell(view.shared) };
    while (condition.root.filled(scratch) !== null) {
      const taking = takeByMode(condition.root, scratch, consumer.policy.mode, consumer.policy.batch.max);
      if (!usesSomething(taking) || taking.seqs.size === 0) break;
      for (const seq of taking.seqs) complete.add(seq);
      removeFrom(scratch.cell, taking.seqs);
      if (scratch.shared !== undefined) removeFrom(scratch.shared, taking.seqs);
      for (const { leaf, cell } of taking.ticks) delete cell?.leaves[leaf.no]?.tick;
    }
  }
  return complete;
}

function copyCell(cell: Cell): Cell {
  return structuredClone({ leaves: cell.leaves, ...(cell.inner === undefined ? {} : { inner: cell.inner }) });
}

function removeFrom(cell: Cell, seqs: ReadonlySet<number>): void {
  for (const no in cell.leaves) {
    const leafCell = cell.leaves[no];
    if (leafCell?.pending !== undefined) leafCell.pending = leafCell.pending.filter((seq) => !seqs.has(seq));
  }
  for (const byKey of Object.values(cell.inner ?? {})) for (const inner of Object.values(byKey)) removeFrom(inner, seqs);
}
