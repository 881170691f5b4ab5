import type { ErrorCode } from "../core/error-codes.ts";
import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { isTooDeep, MOST_LEVELS_AT_ALL, refuseDeepEvent } from "../core/json-depth.ts";
import { LIMITS } from "../core/limits.ts";
import { compileKeyCheck } from "../core/partitions/partition-key.ts";
import { parseInstant } from "../core/time/time.ts";
import { isTraceparent } from "../core/traceparent.ts";
import type { Resolved } from "./assets.ts";
import { contentOf } from "./fingerprint.ts";
import { EVENT_OVERHEAD, sizeOf } from "./held.ts";
import { FUTURE_MS, type Held, orderTime } from "./order.ts";
import { recallSeq } from "./recall.ts";
import type { Registry } from "./registry.ts";
import type { Counters } from "./state.ts";

/** What an event from outside may carry. */
const FIELDS = new Set(["asset", "id", "source", "time", "partition", "data", "groups", "hops", "traceparent", "quarantine", "by"]);

/** Those of them that anybody may send. */
const NAMED = [...FIELDS].filter((field) => field !== "by" && field !== "quarantine").join(", ");

/** Characters of a reason that are kept. */
const MOST_WHY = 2_000;

const NO_DATA: JsonObject = Object.freeze({});

/** What the way on which an event came says about it. */
export interface Origin {
  /** @default "external" */
  readonly source?: string;
  /** Events of one numbered batch are no repeats: their number says so. */
  readonly watcher?: string;
  /** Least hops, for outlets of a run. */
  readonly hops?: number;
  /** The run that published it. */
  readonly run?: string;
}

/**
 * Takes what someone sent as an event. What is wrong with it goes to the rejected list with its reason; a repeat goes to the
 * ledger as a duplicate. Undefined in both cases.
 */
export function accept(registry: Registry, raw: unknown, origin: Origin, now: number): Held | undefined {
  let parsed: Parsed;
  try {
    parsed = parse(registry, raw, origin.watcher !== undefined);
  } catch (error) {
    if (!HeadgateError.is(error)) throw error;
    reject(registry, raw, error.code, error.message);
    return undefined;
  }
  const { counters } = registry.state;
  const source = parsed.source ?? origin.source ?? "external";
  // What is put aside takes no id: put right, it may come under the same one.
  if (parsed.id !== undefined && origin.watcher === undefined && parsed.quarantine === undefined) {
    const repeat = registry.recent.meet(source, parsed.id, contentOf(parsed.asset, parsed.partition, parsed.data), now);
    if (repeat !== undefined) {
      registry.ledger.write("duplicate", { source, id: parsed.id, asset: parsed.asset, differed: repeat.differed });
      if (repeat.differed)
        registry.ledger.warn("W_DUPLICATE_DIFFERS", `event ${parsed.id} of ${source} came again with another asset, partition or data; the first one counts`);
      return undefined;
    }
  }
  let { id } = parsed;
  if (id === undefined) {
    counters.name += 1;
    id = `#${counters.name}`;
  }
  const hops = Math.max(parsed.hops, origin.hops ?? 0);
  const event: Writable<AssetEvent> = {
    seq: 0,
    asset: parsed.asset,
    source,
    id,
    time: parsed.time ?? now,
    at: now,
    partition: parsed.partition,
    data: parsed.data,
    hops,
  };
  if (parsed.groups !== undefined) event.groups = parsed.groups;
  if (origin.run !== undefined) event.run = origin.run;
  if (parsed.traceparent !== undefined) event.traceparent = parsed.traceparent;
  if (parsed.by !== undefined) event.by = parsed.by;
  if (parsed.quarantine !== undefined) {
    putAside(registry, event, parsed.quarantine, origin);
    return undefined;
  }
  event.seq = (registry.state.recall === undefined ? undefined : recallSeq(registry, event)) ?? nextSeq(counters);
  registry.ledger.event(event, origin.watcher);
  note(registry, event, parsed.declared, now);
  return { event, seq: event.seq, time: orderTime(event), at: now, bytes: parsed.bytes, refs: 0 };
}

function nextSeq(counters: Counters): number {
  counters.event += 1;
  return counters.event;
}

/** Puts something that is no event on the rejected list. Its text is capped, so that a huge one does no harm there. */
export function reject(registry: Registry, raw: unknown, code: string, why: string): void {
  const text = textOf(raw);
  const event = text.length <= 4096 ? JSON.parse(text) : `${text.slice(0, 4096)}...`;
  registry.ledger.write("rejected", { code, why: why.slice(0, MOST_WHY), event });
}

/** It stays whole, since somebody may release it; nothing else is noted of it, for it did not happen yet. */
function putAside(registry: Registry, { seq: _, ...event }: AssetEvent, why: string, { watcher }: Origin): void {
  registry.ledger.write("quarantined", { event, why: why.slice(0, MOST_WHY), ...(watcher === undefined ? {} : { watcher }) });
}

/** What is nested so deeply that it cannot be written is known by its id, if it has one. */
function textOf(raw: unknown): string {
  if (!isTooDeep(raw, MOST_LEVELS_AT_ALL)) return JSON.stringify(raw) ?? "null";
  const { asset, id } = (Array.isArray(raw) ? {} : raw) as Readonly<Record<string, unknown>>;
  return JSON.stringify({ asset: typeof asset === "string" ? asset : null, id: typeof id === "string" ? id : null });
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Parsed {
  readonly asset: string;
  readonly source: string | undefined;
  readonly id: string | undefined;
  readonly time: number | undefined;
  readonly partition: string | null;
  readonly data: JsonObject;
  readonly bytes: number;
  readonly groups: readonly string[] | undefined;
  readonly hops: number;
  readonly traceparent: string | undefined;
  readonly quarantine: string | undefined;
  readonly by: string | undefined;
  readonly declared: boolean;
}

function parse(registry: Registry, raw: unknown, numbered: boolean): Parsed {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw bad("E_EVENT", `an event is an object, and this is ${raw === null ? "null" : Array.isArray(raw) ? "a list" : `a ${typeof raw}`}`);
  refuseDeepEvent(raw);
  const given = raw as Readonly<Record<string, unknown>>;
  for (const field in given) {
    // Whoever publishes says who they are to the API; a signal proves nothing.
    if (!FIELDS.has(field) || (field === "by" && !numbered))
      throw bad("E_EVENT", `an event has no field ${JSON.stringify(field)}; its fields are ${NAMED}, and what is your own goes into data`);
  }
  if (typeof given.asset !== "string") throw bad("E_EVENT", "an event needs the asset's URI as text under asset");
  const resolved = registry.assets.resolve(given.asset);
  const id = textField(given, "id");
  const source = textField(given, "source");
  const time = typeof given.time === "string" ? (parseInstant(given.time) ?? undefined) : undefined;
  if (given.time !== undefined && time === undefined)
    throw bad("E_EVENT", `time is ${JSON.stringify(given.time)}, and must be ISO 8601 with a zone, such as "2026-01-01T00:00:00Z"`);
  const data = given.data ?? NO_DATA;
  if (typeof data !== "object" || Array.isArray(data)) throw bad("E_EVENT", "data must be an object");
  const { groups, hops = 0 } = given;
  if (groups !== undefined && !(Array.isArray(groups) && groups.every((group) => typeof group === "string" && group !== "")))
    throw bad("E_EVENT", "groups must be a list of names");
  if (!Number.isInteger(hops) || (hops as number) < 0) throw bad("E_EVENT", "hops must be a whole number of at least 0");
  const traceparent = isTraceparent(given.traceparent) ? given.traceparent : undefined;
  const { quarantine } = given;
  if (quarantine !== undefined && typeof quarantine !== "string") throw bad("E_EVENT", "quarantine must be a text that says why");
  const by = typeof given.by === "string" ? given.by.slice(0, 200) : undefined;
  const bytes =
    EVENT_OVERHEAD + (traceparent?.length ?? 0) + (by?.length ?? 0) + resolved.asset.length + (id?.length ?? 0) + (source?.length ?? 0) + sizeOf(data as Json);
  if (bytes > LIMITS.eventBytes)
    throw bad("E_EVENT_SIZE", `the event has about ${bytes} bytes, and may have ${LIMITS.eventBytes}; publish a reference to what is large`);
  return {
    asset: resolved.asset,
    source,
    id,
    time,
    partition: partitionOf(given.partition, resolved),
    declared: resolved.declared,
    data: data as JsonObject,
    bytes,
    groups: groups as readonly string[] | undefined,
    hops: hops as number,
    traceparent,
    quarantine,
    by,
  };
}

function partitionOf(given: unknown, resolved: Resolved): string | null {
  if (given !== undefined && given !== null && typeof given !== "string")
    throw bad("E_EVENT_PARTITION", `partition is ${JSON.stringify(given)}, and must be a text`);
  if (resolved.partition !== null && given != null && given !== resolved.partition) {
    throw bad("E_EVENT_PARTITION", `the URI names partition ${JSON.stringify(resolved.partition)}, and the event names ${JSON.stringify(given)}`);
  }
  const partition = given ?? resolved.partition;
  const definition = resolved.partitions;
  if (definition === null) return partition;
  if (partition === null) {
    if ("dynamic" in definition) return null;
    throw bad("E_EVENT_PARTITION", `missing partition: ${resolved.asset} has partitions ${JSON.stringify(definition)}`);
  }
  const why = compileKeyCheck(definition)(partition);
  if (why !== null) throw bad("E_EVENT_PARTITION", why);
  return partition;
}

function textField(given: Readonly<Record<string, unknown>>, field: "id" | "source"): string | undefined {
  const value = given[field];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "" || value.length > 1000) throw bad("E_EVENT", `${field} must be a text of 1 to 1,000 characters`);
  return value;
}

/** What a person should know of an accepted event, and members of groups that it brings. */
function note(registry: Registry, event: AssetEvent, declared: boolean, now: number): void {
  if (event.time - event.at > FUTURE_MS) {
    registry.ledger.warn(
      "W_FUTURE_TIME",
      `event ${event.id} of ${event.asset} says that it happened at ${new Date(event.time).toISOString()}, which is ahead of the clock; it is ordered as if it happened now`,
    );
  }
  if (event.groups !== undefined) noteMembers(registry, event.asset, event.groups, now);
  if (declared || registry.state.unknown[event.asset] !== undefined) return;
  if (Object.keys(registry.state.unknown).length >= MOST_UNKNOWN) return;
  registry.state.unknown[event.asset] = now;
  registry.assets.note(event.asset);
  registry.routes?.tell({ kind: "noted", asset: event.asset, group: null, at: now });
  registry.ledger.warn("W_UNKNOWN_ASSET", `no deployed DAG names ${event.asset}; the event is accepted, and counts for patterns and groups`);
}

function noteMembers(registry: Registry, asset: string, groups: readonly string[], now: number): void {
  for (const group of groups) {
    const entry = `=${group}`;
    const members = registry.state.members[entry] ?? [];
    if (members.includes(asset)) continue;
    registry.state.members[entry] = [...members, asset];
    registry.assets.noteMember(group, asset);
    registry.routes?.tell({ kind: "noted", asset, group, at: now });
  }
}

/** Assets that only events know and that are remembered over a restart. */
const MOST_UNKNOWN = 10_000;

function bad(code: ErrorCode, why: string): HeadgateError {
  return new HeadgateError(code, why);
}
