import type { EventRef } from "../core/event.ts";
import type { ExplainQuestion } from "../core/registry-protocol.ts";
import type { Cause } from "../core/run.ts";
import { formatInstant } from "../core/time/time.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { forEachLeafCell } from "./cells.ts";
import type { Condition } from "./condition.ts";
import { textOfConsumer, textOfEvent, textOfRun } from "./explain-text.ts";
import { explainNode, type TreeNode } from "./explain-tree.ts";
import { type WorkNote, workOf } from "./explain-work.ts";
import { freshnessNote } from "./freshness.ts";
import { heldByFailed } from "./held-runs.ts";
import { compareOrder, heldOf } from "./order.ts";
import { type Pool, poolsOf, sharedId } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { GroupState } from "./state.ts";
import { storedOf } from "./stretch.ts";
import { nextTick } from "./ticks.ts";
import { viewOf } from "./view.ts";

/** An answer as data and as text for people. */
export interface Explanation {
  readonly text: string;
  readonly data: ConsumerExplanation | EventExplanation | RunExplanation | UnknownExplanation;
}

export interface UnknownExplanation {
  readonly kind: "unknown";
  readonly what: string;
}

export interface ConsumerExplanation {
  readonly kind: "consumer";
  readonly dag: string;
  readonly project: string;
  /** The condition as text; null for a DAG that only people and schedules start. */
  readonly condition: string | null;
  readonly registeredAt: string;
  readonly paused: { readonly since: string; readonly by: string | null } | null;
  /** Set while the whole registry is held. */
  readonly held: { readonly since: string; readonly by: string | null } | null;
  readonly faulted: string | null;
  readonly running: readonly { readonly run: string; readonly key: string; readonly since: string }[];
  /** What failed runs hold. */
  readonly failed: { readonly runs: number; readonly events: number };
  /** Backfills and repairs that run it, and what remembered ones could not do. */
  readonly work: readonly WorkNote[];
  readonly groups: readonly GroupExplanation[];
  /** Groups that are not listed. */
  readonly moreGroups: number;
  /** When time alone changes something next. */
  readonly next: string | null;
}

export interface GroupExplanation {
  readonly key: string;
  readonly partition: string | null;
  readonly due: boolean;
  /** Why it does not start though it is due. */
  readonly blocked: readonly Block[];
  readonly pending: number;
  /** How many of them are kept outside of the registry's state. */
  readonly stored: number;
  /** The oldest of those that stand in it. */
  readonly events: readonly EventRef[];
  readonly tree: TreeNode;
}

export interface EventExplanation {
  readonly kind: "event";
  readonly event: EventRef & { readonly at: string; readonly partition: string | null };
  /** Consumers that hold it, or that gave it to a run that is running. Older fates are in the store. */
  readonly consumers: readonly {
    readonly dag: string;
    readonly key: string;
    readonly fate: "pending" | "consumed";
    readonly run: string | null;
    readonly why: string | null;
  }[];
}

export interface RunExplanation {
  readonly kind: "run";
  readonly run: string;
  readonly dag: string;
  readonly key: string;
  readonly partition: string | null;
  readonly since: string;
  readonly cause: Cause;
  /** Sequence numbers of the events that it consumed. */
  readonly events: readonly number[];
  /** Events that its tasks wait for. */
  readonly awaits: readonly { readonly task: string; readonly asset: string; readonly partition: string | null }[];
}

const MOST_GROUPS = 50;
const MOST_EVENTS = 100;

/** Why a consumer does not run, what became of an event, what a run consumed. Changes nothing. */
export function explain(registry: Registry, question: ExplainQuestion, now: number): Explanation {
  if ("dag" in question) return explainConsumer(registry, question.dag, now);
  return "run" in question ? explainRun(registry, question.run) : explainEvent(registry, question.event);
}

export function explainConsumer(registry: Registry, dag: string, now: number): Explanation {
  const consumer = registry.consumers.get(dag);
  if (consumer === undefined) return unknown(`no deployed DAG is called ${dag}`);
  const { state, condition } = consumer;
  const ids = Object.keys(state.groups);
  const groups = condition === null ? [] : ids.slice(0, MOST_GROUPS).map((id) => explainGroup(registry, consumer, id, now));
  if (condition !== null && ids.length === 0) groups.push(explainNothing(registry, consumer, now));
  const data: ConsumerExplanation = {
    kind: "consumer",
    dag,
    project: state.project,
    condition: condition?.root.text ?? null,
    registeredAt: formatInstant(state.registeredAt),
    paused: sinceAndBy(state.paused),
    held: sinceAndBy(registry.state.hold),
    faulted: state.faulted,
    running: Object.entries(state.running).map(([run, one]) => ({ run, key: one.key, since: formatInstant(one.startedAt) })),
    failed: heldByFailed(state),
    work: workOf(registry, dag),
    groups: groups.sort((a, b) => Number(b.due) - Number(a.due) || b.pending - a.pending),
    moreGroups: Math.max(0, ids.length - MOST_GROUPS),
    next: instantOrNull(nextOf(registry, consumer, now)),
  };
  return { text: textOfConsumer(data, now), data };
}

function explainGroup(registry: Registry, consumer: Consumer, id: string, now: number): GroupExplanation {
  const group = consumer.state.groups[id] as GroupState;
  const { condition } = consumer;
  if (condition === null) throw new Error(`${consumer.dag} has no condition`);
  const view = viewOf(registry, consumer, group, now);
  const shared = consumer.state.shared[sharedId(condition.by === null ? "" : group.by)];
  const pools: Pool[] = [{ id, key: group.key, cell: group }, ...(shared === undefined ? [] : [{ id: "", key: "", cell: shared }])];
  const seqs = new Set<number>();
  for (const pool of pools) for (const seq of pendingOf(consumer, pool)) seqs.add(seq);
  let stored = 0;
  forEachLeafCell(consumer.state, group, (cell) => {
    stored += storedOf(cell);
  });
  const tree = withFreshness(registry, condition, explainNode(condition.root, view), now);
  return {
    key: group.key,
    partition: group.partition,
    due: tree.due,
    blocked: tree.due ? blocksOf(registry, consumer, id, now) : [],
    pending: seqs.size + stored,
    stored,
    events: refsOf(registry, seqs).slice(0, MOST_EVENTS),
    tree,
  };
}

/** A consumer that has gathered nothing: what its condition waits for from the start. */
function explainNothing(registry: Registry, consumer: Consumer, now: number): GroupExplanation {
  const { condition } = consumer;
  if (condition === null) throw new Error(`${consumer.dag} has no condition`);
  const group: GroupState = { key: "", partition: null, by: "", leaves: {} };
  const tree = withFreshness(registry, condition, explainNode(condition.root, viewOf(registry, consumer, group, now)), now);
  const gathered = new Set(Object.values(consumer.state.shared).flatMap((cell) => [...pendingOf(consumer, { id: "", key: "", cell })]));
  return {
    key: "",
    partition: null,
    due: false,
    blocked: [],
    pending: gathered.size,
    stored: 0,
    events: refsOf(registry, gathered).slice(0, MOST_EVENTS),
    tree,
  };
}

/** Pending events of a pool, with kept ones that no run referred to yet. */
export function pendingOf(consumer: Consumer, pool: Pool): Set<number> {
  const seqs = new Set<number>();
  forEachLeafCell(consumer.state, pool.cell, (cell) => {
    for (const seq of cell.pending ?? []) seqs.add(seq);
    for (const kept of cell.kept ?? []) if (!kept.referred) seqs.add(kept.seq);
  });
  return seqs;
}

export function refsOf(registry: Registry, seqs: Iterable<number>): EventRef[] {
  return [...seqs]
    .map((seq) => heldOf(registry.events, seq))
    .sort(compareOrder)
    .map(({ event }) => ({ asset: event.asset, source: event.source, id: event.id }));
}

export function explainEvent(registry: Registry, named: { readonly source?: string; readonly id: string }): Explanation {
  const held = [...registry.events.values()].find(({ event }) => event.id === named.id && (named.source === undefined || event.source === named.source));
  const source = named.source ?? "external";
  if (held === undefined) {
    const met = registry.recent.knows(source, named.id);
    return unknown(
      met
        ? `event ${named.id} of ${source} was accepted, and no consumer holds it any more; its fates are in the store`
        : `event ${named.id} of ${source} is not held by any consumer; what became of it is in the store, if it was ever accepted`,
    );
  }
  const consumers: EventExplanation["consumers"][number][] = [];
  for (const consumer of registry.consumers.values()) {
    const { dag, state } = consumer;
    for (const pool of poolsOf(consumer)) {
      if (pendingOf(consumer, pool).has(held.seq))
        consumers.push({ dag, key: pool.key, fate: "pending", run: null, why: state.paused === null ? null : "paused" });
    }
    if (state.backlog?.includes(held.seq) === true) consumers.push({ dag, key: "", fate: "pending", run: null, why: "faulted" });
    for (const [run, one] of Object.entries(state.running))
      if (one.events.includes(held.seq)) consumers.push({ dag, key: one.key, fate: "consumed", run, why: null });
  }
  const { event } = held;
  const data: EventExplanation = {
    kind: "event",
    event: { asset: event.asset, source: event.source, id: event.id, at: formatInstant(event.at), partition: event.partition },
    consumers,
  };
  return { text: textOfEvent(data), data };
}

export function explainRun(registry: Registry, run: string): Explanation {
  for (const { dag, state } of registry.consumers.values()) {
    const known = Object.hasOwn(state.running, run) ? state.running[run] : undefined;
    if (known === undefined) continue;
    const data: RunExplanation = {
      kind: "run",
      run,
      dag,
      key: known.key,
      partition: known.partition,
      since: formatInstant(known.startedAt),
      cause: known.cause,
      events: known.events,
      awaits: (known.awaits ?? []).map(({ task, asset, partition = null }) => ({ task, asset, partition })),
    };
    return { text: textOfRun(data, registry), data };
  }
  return unknown(`run ${run} is not running; what it consumed is in the store`);
}

function nextOf(registry: Registry, consumer: Consumer, now: number): number | null {
  const instants = [nextTick(consumer), registry.timers.of(consumer.dag)].filter((at) => at !== null && at > now) as number[];
  return instants.length === 0 ? null : Math.min(...instants);
}

function unknown(what: string): Explanation {
  return { text: what, data: { kind: "unknown", what } };
}

/** A leaf that waits for a change of freshness says how fresh its asset is. */
function withFreshness(registry: Registry, condition: Condition, node: TreeNode, now: number): TreeNode {
  if (node.children !== undefined) return { ...node, children: node.children.map((child) => withFreshness(registry, condition, child, now)) };
  if (node.waitsFor === undefined) return node;
  const selects = condition.leaves.find(({ text }) => text === node.text)?.selects;
  const note = selects?.kind === "asset" ? freshnessNote(registry, selects.asset, now) : undefined;
  return note === undefined ? node : { ...node, waitsFor: `${node.waitsFor} (${note})` };
}

function sinceAndBy(stop: { readonly since: number; readonly by: string | null } | null): ConsumerExplanation["held"] {
  return stop === null ? null : { since: formatInstant(stop.since), by: stop.by };
}

export function instantOrNull(at: number | null): string | null {
  return at === null ? null : formatInstant(at);
}
