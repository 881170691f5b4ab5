import type { Fact } from "../core/fact.ts";
import type { Row } from "./rows.ts";
import type { CONSUMERS, DUPLICATES, EVENTS, LEDGER, OPERATIONS, REJECTED, RUNS, WARNINGS } from "./shapes.ts";
import { dayOf, dayOfText, indexable, instant, jsonText, optional, storable } from "./text.ts";

type FactOf<K extends Fact["kind"]> = Extract<Fact, { readonly kind: K }>;

const KEPT_OF_REJECTED = 64 * 1024;

export function eventRow(registry: string, { n, event, watcher }: FactOf<"event">): Row<typeof EVENTS> {
  const at = instant(event.at);
  return {
    day: dayOfText(at),
    registry,
    seq: event.seq,
    n,
    at,
    asset: indexable(event.asset),
    partition: partitionText(event.partition),
    source: storable(event.source),
    id: indexable(event.id),
    time: event.time === event.at ? at : instant(event.time),
    data: jsonText(event.data),
    groups: event.groups === undefined ? null : jsonText(event.groups),
    hops: event.hops,
    run: optional(event.run, indexable),
    watcher: optional(watcher, storable),
    published_by: optional(event.by, storable),
    traceparent: optional(event.traceparent, storable),
  };
}

export function fateRow(registry: string, fact: FactOf<"fate">): Row<typeof LEDGER> {
  const at = instant(fact.at);
  return {
    day: dayOfText(at),
    registry,
    seq: fact.seq,
    dag: indexable(fact.dag),
    key: indexable(fact.key),
    n: fact.n,
    at,
    fate: fact.fate,
    why: optional(fact.why, storable),
    run: optional(fact.run, indexable),
  };
}

export function runRow(registry: string, fact: FactOf<"run">): Row<typeof RUNS> {
  return {
    day: dayOf(fact.startedAt),
    registry,
    run: indexable(fact.run),
    n: fact.n,
    at: instant(fact.at),
    dag: indexable(fact.dag),
    status: fact.status,
    partition: optional(fact.partition, storable),
    key: storable(fact.key),
    plan: fact.plan,
    cause_kind: fact.cause.kind,
    cause_text: storable(fact.cause.text),
    started_at: instant(fact.startedAt),
    temporal_run_id: optional(fact.temporalRunId, storable),
    ended_at: fact.endedAt === undefined ? null : instant(fact.endedAt),
    error: optional(fact.error, storable),
    events: fact.events,
  };
}

export function rejectedRow(registry: string, fact: FactOf<"rejected">): Row<typeof REJECTED> {
  const event = jsonText(fact.event);
  const kept = event.length <= KEPT_OF_REJECTED ? event : jsonText(`${event.slice(0, KEPT_OF_REJECTED)}… (${event.length} characters)`);
  return { day: dayOf(fact.at), registry, n: fact.n, at: instant(fact.at), code: fact.code, why: storable(fact.why), event: kept };
}

export function warningRow(registry: string, fact: FactOf<"warning">): Row<typeof WARNINGS> {
  return { day: dayOf(fact.at), registry, n: fact.n, at: instant(fact.at), code: fact.code, text: storable(fact.text), dag: optional(fact.dag, storable) };
}

export function duplicateRow(registry: string, fact: FactOf<"duplicate">): Row<typeof DUPLICATES> {
  const { n, differed } = fact;
  return {
    day: dayOf(fact.at),
    registry,
    n,
    at: instant(fact.at),
    source: storable(fact.source),
    id: indexable(fact.id),
    asset: storable(fact.asset),
    differed,
  };
}

export function consumerRow(registry: string, fact: FactOf<"consumer">): Row<typeof CONSUMERS> {
  const { n, paused } = fact;
  return { registry, dag: indexable(fact.dag), n, at: instant(fact.at), project: storable(fact.project), paused, faulted: optional(fact.faulted, storable) };
}

export function operationRow(registry: string, { n, at, events, operation, ...fact }: FactOf<"operation">): Row<typeof OPERATIONS> {
  const { by, dag, key, request, why } = fact;
  return {
    ...{ registry, n, at: instant(at), operation, events, dag: optional(dag, indexable), key: optional(key, storable) },
    ...{ by: optional(by, storable), why: optional(why, storable), request: optional(request, storable) },
  };
}

/** The column is part of keys and so never null: no partition is the empty text, which is no key. */
export function partitionText(partition: string | null): string {
  return partition === null ? "" : indexable(partition);
}

export function factsOf<K extends Fact["kind"]>(facts: readonly Fact[], kind: K): FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}
export type { FactOf };
