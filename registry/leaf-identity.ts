import type { ConditionNode } from "../core/condition.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { ConsumerState, LeafRecord } from "./state.ts";

/** What a leaf is, whatever stands around it: an edit that leaves this as it is keeps what the leaf gathered. */
export function leafKind(node: ConditionNode, role: string): string {
  const about = { where: "where" in node ? node.where : undefined, partitions: "partitions" in node ? node.partitions : undefined };
  const what =
    "asset" in node
      ? { asset: normalizeUri(node.asset) }
      : "group" in node
        ? { group: node.group, members: node.members }
        : "pattern" in node
          ? { pattern: node.pattern, members: node.members }
          : "cron" in node
            ? { cron: node.cron, tz: node.tz ?? "UTC" }
            : { every: "every" in node ? node.every : "" };
  return canonicalJson({ role, ...what, ...about } as unknown as Json);
}

/** Hands out leaf numbers: known identities keep theirs, and equal leaves are told apart by their order in the condition. */
export interface LeafNumbers {
  claim(kind: string): LeafRecord;
  /** Leaves of the condition, in its order; those that no longer occur are left out. */
  claimed(): LeafRecord[];
}

export function createLeafNumbers(state: ConsumerState, now: number): LeafNumbers {
  const known = new Map(state.leaves.map((leaf) => [leaf.id, leaf]));
  const equals = new Map<string, number>();
  const claimed: LeafRecord[] = [];
  return {
    claim: (kind) => {
      const nth = equals.get(kind) ?? 0;
      equals.set(kind, nth + 1);
      const id = nth === 0 ? kind : `${kind}#${nth}`;
      let record = known.get(id);
      if (record === undefined) {
        record = { no: state.nextLeaf, id, since: now };
        state.nextLeaf += 1;
      }
      claimed.push(record);
      return record;
    },
    claimed: () => claimed,
  };
}
