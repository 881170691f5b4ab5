import type { EventRef } from "../../core/event.ts";
import type { Fact, Fate } from "../../core/fact.ts";
import type { Json } from "../../core/json.ts";
import type { RunStart } from "../../core/run.ts";
import { formatInstant } from "../../core/time/time.ts";
import { instantOrNull, pendingOf, refsOf } from "../explain.ts";
import { explainNode, type TreeNode } from "../explain-tree.ts";
import { poolsOf } from "../pool.ts";
import type { Registry } from "../registry.ts";
import type { GroupState } from "../state.ts";
import { viewOf } from "../view.ts";

/** What `headgate simulate` prints. Instants are ISO 8601 in UTC. */
export interface ScenarioResult {
  /** In the order of their start. */
  readonly runs: readonly SimulatedRun[];
  /** One entry for each (dag, key, event), with the fate at the end, and one for each repeat. */
  readonly ledger: readonly LedgerEntry[];
  readonly pending: readonly { readonly dag: string; readonly key: string; readonly events: readonly EventRef[]; readonly tree: TreeNode }[];
  readonly rejected: readonly { readonly at: string; readonly event: Json; readonly code: string; readonly why: string }[];
  readonly warnings: readonly { readonly at: string; readonly code: string; readonly text: string }[];
  /** The earliest future timer of all DAGs. */
  readonly next: string | null;
}

export interface SimulatedRun {
  readonly dag: string;
  readonly id: string;
  readonly at: string;
  readonly partition: string | null;
  readonly key: string;
  readonly events: readonly EventRef[];
  /** Newest events of `keep` nodes; absent if there are none. */
  readonly references?: readonly EventRef[];
  readonly cause: string;
  /** Of a run that only a clock started: the span that its tick ends. */
  readonly interval?: { readonly start: string; readonly end: string };
  status: string;
  endedAt: string | null;
}

export interface LedgerEntry {
  readonly dag: string | null;
  readonly key: string | null;
  readonly event: EventRef;
  readonly fate: Fate | "duplicate";
  readonly why: string | null;
  readonly run: string | null;
  readonly at: string;
}

/** Gathers what the steps of a simulation say. */
export interface Record {
  started(start: RunStart, at: number): void;
  ended(run: string, status: string, at: number): void;
  facts(facts: readonly Fact[]): void;
  warn(at: number, code: string, text: string): void;
  result(registry: Registry, now: number): ScenarioResult;
}

export function createRecord(): Record {
  const runs = new Map<string, SimulatedRun>();
  const events = new Map<number, EventRef>();
  const ledger = new Map<string, LedgerEntry>();
  const rejected: ScenarioResult["rejected"][number][] = [];
  const warnings: ScenarioResult["warnings"][number][] = [];
  let repeats = 0;

  function write(fact: Fact): void {
    const at = formatInstant(fact.at);
    if (fact.kind === "event") events.set(fact.event.seq, refOf(fact.event));
    else if (fact.kind === "fate") {
      const event = events.get(fact.seq);
      if (event !== undefined)
        ledger.set(`${fact.dag}\n${fact.seq}\n${fact.key}`, {
          dag: fact.dag,
          key: fact.key,
          event,
          fate: fact.fate,
          why: fact.why ?? null,
          run: fact.run ?? null,
          at,
        });
    } else if (fact.kind === "duplicate") {
      repeats += 1;
      ledger.set(`duplicate ${repeats}`, {
        dag: null,
        key: null,
        event: { asset: fact.asset, source: fact.source, id: fact.id },
        fate: "duplicate",
        why: null,
        run: null,
        at,
      });
    } else if (fact.kind === "quarantined") rejected.push({ at, event: { ...refOf(fact.event) }, code: "E_EVENT_DATA", why: fact.why });
    else if (fact.kind === "rejected") rejected.push({ at, event: fact.event, code: fact.code, why: fact.why });
    else if (fact.kind === "warning") warnings.push({ at, code: fact.code, text: fact.text });
  }
  return {
    started: (start, at) => {
      const { input } = start;
      runs.set(start.id, {
        dag: start.dag,
        id: start.id,
        at: formatInstant(at),
        partition: input.partition ?? null,
        key: input.key ?? "",
        events: (input.events ?? []).map(refOf),
        ...(input.references === undefined ? {} : { references: input.references.map(refOf) }),
        cause: input.cause.kind,
        ...(input.interval === undefined ? {} : { interval: { start: formatInstant(input.interval.start), end: formatInstant(input.interval.end) } }),
        status: "running",
        endedAt: null,
      });
    },
    ended: (run, status, at) => {
      const known = runs.get(run);
      if (known === undefined) return;
      known.status = status;
      known.endedAt = formatInstant(at);
    },
    facts: (facts) => facts.forEach(write),
    warn: (at, code, text) => {
      warnings.push({ at: formatInstant(at), code, text });
    },
    result: (registry, now) => {
      const next = registry.timers.next();
      return { runs: [...runs.values()], ledger: [...ledger.values()], pending: pendingNow(registry, now), rejected, warnings, next: instantOrNull(next) };
    },
  };
}

function pendingNow(registry: Registry, now: number): ScenarioResult["pending"] {
  return [...registry.consumers.values()].flatMap((consumer) => {
    const { condition, dag, state } = consumer;
    if (condition === null) return [];
    return poolsOf(consumer).flatMap((pool) => {
      const seqs = pendingOf(consumer, pool);
      if (seqs.size === 0) return [];
      const group: GroupState = state.groups[pool.id] ?? { key: pool.key, partition: null, by: pool.key, leaves: {} };
      return [{ dag, key: pool.key, events: refsOf(registry, seqs), tree: explainNode(condition.root, viewOf(registry, consumer, group, now)) }];
    });
  });
}

function refOf({ asset, source, id }: EventRef): EventRef {
  return { asset, source, id };
}
