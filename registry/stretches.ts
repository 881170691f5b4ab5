import { forEachLeafCell } from "./cells.ts";
import type { Node } from "./nodes/node.ts";
import { poolsOf } from "./pool.ts";
import type { Consumer } from "./registry.ts";
import { sizeOfStretch, storedOf } from "./stretch.ts";

/** How many pending events of a consumer are kept outside the state; with a key, of the groups that have it. */
export function storedOfConsumer(consumer: Consumer, key?: string): number {
  let stored = 0;
  for (const pool of poolsOf(consumer)) {
    if (key !== undefined && pool.key !== key) continue;
    forEachLeafCell(consumer.state, pool.cell, (cell) => {
      stored += storedOf(cell);
    });
  }
  for (const { stretch, key: mine } of consumer.state.unplaced ?? []) if (key === undefined || mine === key) stored += sizeOfStretch(stretch);
  return stored;
}

/** Nodes that need no more of an event than that it is there. */
const COUNTING: ReadonlySet<string> = new Set(["asset", "group", "pattern", "all", "any", "atLeast", "cron", "every"]);

/**
 * Why the pending events of a consumer must all stand in the state; null if they need not. It is so where a condition or a policy may
 * ask an event what is in it, or how old it is, long after it came.
 */
export function whyNotParked({ condition, policy }: Consumer): string | null {
  if (condition === null) return "it has no condition";
  const kind = kindThatAsks(condition.root);
  if (kind !== null) return `it has a node of kind ${kind}`;
  const leaves = condition.leaves.filter(({ role }) => role === "gather");
  if (leaves.some(({ changed }) => changed !== null)) return "it looks at what changed";
  if (leaves.some(({ members }) => members !== null)) return "it needs every member of a group";
  if (leaves.some(({ shared }) => shared)) return "an unpartitioned asset counts for all of its partitions";
  const assets = leaves.map(({ selects }) => (selects.kind === "asset" ? selects.asset : null));
  if (assets.length > 1 && (assets.includes(null) || new Set(assets).size < assets.length)) return "one event may stand in several of its nodes";
  if (policy.mode === "latest") return "mode latest looks for the newest event";
  if (policy.whenPaused === "latest") return "whenPaused latest looks for the newest event";
  const [setting] = [
    policy.debounce !== null ? "debounce" : null,
    policy.batch.wait !== null ? "batch.wait" : null,
    policy.once !== null ? "once" : null,
    policy.expireAfter !== null ? "expireAfter" : null,
    policy.maxPending !== null ? "maxPending" : null,
  ].filter((name) => name !== null);
  return setting === undefined ? null : `it has ${setting}`;
}

function kindThatAsks(node: Node): string | null {
  if (!COUNTING.has(node.kind)) return node.kind;
  for (const child of node.children) {
    const kind = kindThatAsks(child);
    if (kind !== null) return kind;
  }
  return null;
}
