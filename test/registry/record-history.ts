import type { CatalogAsset } from "../../core/catalog.ts";
import type { ConditionNode } from "../../core/condition.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { Policy } from "../../core/policy.ts";
import type { EndStatus, RecordedRun, RunStart } from "../../core/run.ts";
import { type RegistryInput, step } from "../../registry/index.ts";
import type { OperatorInput } from "../../registry/input.ts";
import type { RecordedHistory, Replayed } from "../../registry/replay/recorded.ts";
import { catalogOf, deployed, NOW } from "./machine.ts";

const MINUTE = 60_000;

export interface Rule {
  readonly on: ConditionNode;
  readonly policy?: Policy;
}

/** What happens in which minute. */
export interface Line {
  readonly minute: number;
  readonly events?: readonly object[];
  readonly operation?: OperatorInput;
}

export interface Recording {
  readonly history: RecordedHistory;
  /** The rule as it is replayed. */
  replayed(rule: Rule): Replayed;
}

/**
 * Lets a registry decide by a rule, as it does live, and records what a store would: events, runs with what they took, operations,
 * and what was pending when the span to be replayed begins.
 */
export function record(
  rule: Rule,
  lines: readonly Line[],
  more: {
    readonly since?: number;
    readonly until?: number;
    readonly length?: number;
    readonly status?: EndStatus;
    readonly assets?: readonly CatalogAsset[];
  } = {},
): Recording {
  const { assets = [], length = 2, since = 0, status = "succeeded", until = 60 } = more;
  const registry = deployed(catalogOf({ d: rule }, { assets }));
  const events = new Map<number, AssetEvent>();
  const fates = new Map<number, string>();
  const runs = new Map<string, RecordedRun & { endsAt: number }>();
  let pending: AssetEvent[] | undefined;
  const at = (minute: number): number => NOW + minute * MINUTE;
  const startsAt = (start: RunStart, now: number): void => {
    const { cause, events: taken = [], key = "", partition = null, plan } = start.input;
    runs.set(start.id, { run: start.id, at: now, endedAt: null, endsAt: now + length * MINUTE, status: "running", key, partition, cause, plan, events: taken });
  };
  for (let now = NOW; now < at(until); ) {
    if (now >= at(since)) pending ??= [...fates].filter(([, fate]) => fate === "pending").flatMap(([seq]) => events.get(seq) ?? []);
    const ended = [...runs.values()].filter((run) => run.endedAt === null && run.endsAt <= now);
    for (const run of ended) runs.set(run.run, { ...run, endedAt: now, status });
    const inputs: RegistryInput[] = ended.map(({ run, partition }) => ({
      kind: "runEnded",
      run,
      temporalRunId: "1",
      dag: "d",
      status,
      partition,
      outlets: [],
    }));
    for (const line of lines.filter(({ minute }) => at(minute) === now)) {
      if (line.operation !== undefined) inputs.push(line.operation);
      if (line.events !== undefined) inputs.push({ kind: "publish", events: line.events });
    }
    const { facts, starts } = step(registry, inputs, now);
    for (const fact of facts) {
      if (fact.kind === "event") events.set(fact.event.seq, fact.event);
      else if (fact.kind === "fate") fates.set(fact.seq, fact.fate);
    }
    for (const start of starts) startsAt(start, now);
    const times = [
      ...lines.map(({ minute }) => at(minute)),
      ...[...runs.values()].flatMap((run) => (run.endedAt === null ? [run.endsAt] : [])),
      at(since),
      registry.timers.next() ?? Infinity,
    ];
    now = Math.min(...times.filter((time) => time > now));
  }
  const history: RecordedHistory = {
    since: at(since),
    until: at(until),
    events: [...events.values()].filter((event) => event.at >= at(since)),
    pending: pending ?? [],
    runs: [...runs.values()].filter((run) => run.at >= at(since) || run.endedAt === null || run.endedAt >= at(since)).map(({ endsAt: _, ...run }) => run),
    operations: lines.flatMap(({ minute, operation }) => (operation === undefined ? [] : [{ at: at(minute), input: operation }])),
  };
  return {
    history,
    replayed: (other) => {
      const [plan] = catalogOf({ d: other }).dags;
      if (plan === undefined) throw new Error("there is no plan");
      return { plan, assets, others: [] };
    },
  };
}
