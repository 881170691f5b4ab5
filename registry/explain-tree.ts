import { formatDuration } from "../core/time/duration.ts";
import { formatInstant } from "../core/time/time.ts";
import type { AbsentNode } from "./nodes/absent.ts";
import { type Leaf, leafCell, pendingIn, storedIn } from "./nodes/leaf.ts";
import { bounded, type Node, type View } from "./nodes/node.ts";
import type { SequenceNode } from "./nodes/sequence.ts";
import { acceptedIn } from "./silences.ts";

/** A node of a condition with its state, for one group. */
export interface TreeNode {
  readonly kind: string;
  readonly text: string;
  /** Key of an inner `by` that this part is for. */
  readonly key?: string;
  readonly due: boolean;
  /** Events that are pending in a leaf. */
  readonly pending?: number;
  /** What it waits for; absent if it is due. */
  readonly waitsFor?: string;
  readonly children?: readonly TreeNode[];
}

export function explainNode(node: Node, view: View): TreeNode {
  const due = node.filled(view) !== null;
  const [leaf] = node.children.length === 0 ? node.leaves : [];
  if (leaf !== undefined) {
    const waitsFor = due ? undefined : leafWaitsFor(node, leaf, view);
    return {
      kind: node.kind,
      text: node.text,
      due,
      ...(leaf.role === "tick" || leaf.role === "absent"
        ? {}
        : { pending: leaf.role === "keep" ? (leafCell(view, leaf)?.kept?.length ?? 0) : pendingIn(view, leaf).length + storedIn(view, leaf) }),
      ...(waitsFor === undefined ? {} : { waitsFor }),
    };
  }
  const children =
    node.kind === "sequence"
      ? positions(node as SequenceNode, view)
      : node.kind === "by"
        ? keys(node, view)
        : node.children.map((child) => explainNode(child, view));
  const waitsFor = due ? undefined : waitsForOf(node, children);
  return { kind: node.kind, text: node.text, due, ...(waitsFor === undefined ? {} : { waitsFor }), children };
}

function leafWaitsFor(node: Node, leaf: Leaf, view: View): string {
  if (leaf.role === "tick") {
    const next = leaf.next?.(view.now) ?? null;
    return next === null ? "a tick that never comes" : `the tick at ${formatInstant(next)}`;
  }
  if (leaf.role === "absent") {
    const seen = acceptedIn(view, leaf).at(-1);
    return `silence of ${leaf.text} until ${formatInstant((node as AbsentNode).deadline(view))}${seen === undefined ? "" : ` (last event at ${formatInstant(seen[0])})`}`;
  }
  if (leaf.role === "keep") return `a first event of ${leaf.text}`;
  const pending = pendingIn(view, leaf);
  const there = pending.length + storedIn(view, leaf);
  if (there < leaf.count) return leaf.count === 1 ? `an event of ${leaf.text}` : `${leaf.count - there} more of ${leaf.count} events of ${leaf.text}`;
  if (leaf.members !== null) {
    const met = new Set(pending.map((seq) => view.events.get(seq)?.event.asset));
    return `events of ${listed(leaf.members().filter((member) => !met.has(member)))}`;
  }
  const waits = leaf.selects.kind === "asset" ? leaf.slicesOf(leaf.selects.asset)?.waits : null;
  if (waits != null) {
    const seen = leafCell(view, leaf)?.seen ?? [];
    const { seen: have, needed, of, impossible } = waits.progress(view.partition, seen, view.now);
    const missing = waits.missing(view.partition, seen);
    const deadline = waits.deadline(view.partition);
    const which = missing === null || missing.length === 0 ? "" : `; missing ${listed(missing)}`;
    const until = deadline === null ? "" : `; takes what is there at ${formatInstant(deadline)}`;
    return impossible
      ? `${needed} slices of ${leaf.text}, of which only ${of ?? 0} exist: it waits for ever`
      : `slices of ${leaf.text}: ${have} of ${needed} seen${which}${until}`;
  }
  return `events of ${leaf.text}`;
}

/** A position of a sequence sees only what comes after the position before it. */
function positions(node: SequenceNode, view: View): TreeNode[] {
  const points = node.fillings(view);
  return node.children.map((child, index) => {
    const before = index === 0 ? view.after : (points[index - 1] ?? null);
    if (index > points.length) return { kind: child.kind, text: child.text, due: false, waitsFor: "the position before it" };
    return explainNode(child, bounded(view, before, view.until));
  });
}

function keys(node: Node, view: View): TreeNode[] {
  const [child] = node.children;
  const name = node.text.slice((child?.text.length ?? 0) + ".by(".length, -1);
  const cells = Object.entries(view.cell?.inner?.[name] ?? {}).slice(0, 20);
  return child === undefined
    ? []
    : cells.map(([key, cell]) => ({ ...explainNode(child, { ...view, cell, shared: view.shared?.inner?.[name]?.[key] }), key: key.slice(1) }));
}

function waitsForOf(node: Node, children: readonly TreeNode[]): string | undefined {
  const open = children.flatMap((child) => (child.due || child.waitsFor === undefined ? [] : [child.waitsFor]));
  if (open.length === 0) return node.kind === "within" ? "events that lie in one span" : node.kind === "by" ? "a first key" : undefined;
  if (node.kind === "any") return open.join(" or ");
  if (node.kind === "sequence") return open[0];
  if (node.kind === "within") return `${open.join(" and ")} within one span`;
  return open.join(node.kind === "all" ? " and " : "; ");
}

/** At most ten of a list, as text. */
export function listed(items: readonly string[]): string {
  return items.length <= 10 ? items.join(", ") : `${items.slice(0, 10).join(", ")} and ${items.length - 10} more`;
}

/** How long ago, for people. */
export function ago(now: number, then: number): string {
  const ms = Math.max(0, now - then);
  const unit = ms >= 172_800_000 ? 86_400_000 : ms >= 7_200_000 ? 3_600_000 : ms >= 120_000 ? 60_000 : 1000;
  return formatDuration(Math.floor(ms / unit) * unit);
}
