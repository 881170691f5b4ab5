import { Counter, Histogram, type Registry } from "prom-client";
import type { Fact } from "../../core/fact.ts";
import { WAIT_BUCKETS, WORK_BUCKETS } from "./buckets.ts";
import { createMetNumbers, type MetNumbers } from "./met-numbers.ts";

/** Events whose acceptance is remembered until they are consumed; of older ones the latency is not known. */
const REMEMBERED = 50_000;

/**
 * Counts what a registry did from its facts, on their way to the store: deciding itself is not touched. Facts that come again, since the
 * store did not take them, are not counted again. Labels are DAGs, watchers, statuses and codes, never assets or partitions.
 */
export function createFactMetrics(register: Registry): (registry: string, facts: readonly Fact[]) => void {
  const registers = [register];
  const events = new Counter({
    registers,
    name: "headgate_events_total",
    help: "Accepted events, by the watcher that published them.",
    labelNames: ["watcher"],
  });
  const delay = new Histogram({
    ...{ registers, name: "headgate_event_delay_seconds", help: "From the time that an event of a watcher names to its acceptance by the registry." },
    ...{ labelNames: ["watcher"], buckets: [...WAIT_BUCKETS] },
  });
  const fates = new Counter({ registers, name: "headgate_event_fates_total", help: "What became of events for each DAG.", labelNames: ["dag", "fate"] });
  const latency = new Histogram({
    ...{ registers, name: "headgate_decision_latency_seconds", help: "From the acceptance of an event to the decision to start the run that consumed it." },
    ...{ labelNames: ["dag"], buckets: [...WAIT_BUCKETS] },
  });
  const duplicates = new Counter({ registers, name: "headgate_events_duplicate_total", help: "Events that the registry had already." });
  const rejected = new Counter({ registers, name: "headgate_events_rejected_total", help: "What could not be an event, by error code.", labelNames: ["code"] });
  const quarantined = new Counter({ registers, name: "headgate_events_quarantined_total", help: "Events that a contract put aside." });
  const warnings = new Counter({ registers, name: "headgate_registry_warnings_total", help: "Warnings of the registry, by code.", labelNames: ["code"] });
  const started = new Counter({ registers, name: "headgate_runs_started_total", help: "Runs that began, by DAG and cause.", labelNames: ["dag", "cause"] });
  const ended = new Counter({ registers, name: "headgate_runs_ended_total", help: "Runs that ended, by DAG and status.", labelNames: ["dag", "status"] });
  const duration = new Histogram({
    ...{ registers, name: "headgate_run_duration_seconds", help: "From the decision to start a run to the news of its end." },
    ...{ labelNames: ["dag"], buckets: [...WORK_BUCKETS] },
  });

  /** By registry: which facts were counted, and when recent events were accepted. */
  const seen = new Map<string, { readonly numbers: MetNumbers; readonly acceptedAt: Map<number, number> }>();

  function count(fact: Fact, acceptedAt: Map<number, number>): void {
    switch (fact.kind) {
      case "event": {
        const { watcher = "" } = fact;
        events.inc({ watcher });
        if (watcher !== "") delay.observe({ watcher }, Math.max(0, fact.at - fact.event.time) / 1_000);
        remember(acceptedAt, fact.event.seq, fact.at);
        return;
      }
      case "fate": {
        fates.inc({ dag: fact.dag, fate: fact.fate });
        const accepted = fact.fate === "consumed" ? acceptedAt.get(fact.seq) : undefined;
        if (accepted !== undefined) latency.observe({ dag: fact.dag }, Math.max(0, fact.at - accepted) / 1_000);
        return;
      }
      case "run":
        if (fact.endedAt === undefined) {
          started.inc({ dag: fact.dag, cause: fact.cause.kind });
          return;
        }
        ended.inc({ dag: fact.dag, status: fact.status });
        duration.observe({ dag: fact.dag }, Math.max(0, fact.endedAt - fact.startedAt) / 1_000);
        return;
      case "duplicate":
        duplicates.inc();
        return;
      case "rejected":
        rejected.inc({ code: fact.code });
        return;
      case "quarantined":
        quarantined.inc();
        return;
      case "warning":
        warnings.inc({ code: fact.code });
        return;
      case "operation":
      case "catalog":
      case "consumer":
    }
  }

  return function countFacts(registry, facts) {
    let one = seen.get(registry);
    if (one === undefined) {
      one = { numbers: createMetNumbers(), acceptedAt: new Map() };
      seen.set(registry, one);
    }
    for (const fact of facts) if (one.numbers.meet(fact.n)) count(fact, one.acceptedAt);
  };
}

function remember(acceptedAt: Map<number, number>, seq: number, at: number): void {
  acceptedAt.set(seq, at);
  if (acceptedAt.size <= REMEMBERED) return;
  // A map yields its keys in the order in which they came: the first is the oldest.
  for (const oldest of acceptedAt.keys()) {
    acceptedAt.delete(oldest);
    return;
  }
}
