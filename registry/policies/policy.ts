import { compilePath } from "../../core/conditions/path.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { Json } from "../../core/json.ts";
import type { Policy } from "../../core/policy.ts";
import { parseDuration } from "../../core/time/duration.ts";
import type { Mode } from "../nodes/node.ts";

/** A policy with its defaults filled in and its durations in milliseconds. */
export interface CompiledPolicy {
  readonly mode: Mode;
  readonly debounce: { readonly quiet: number; readonly max: number } | null;
  readonly batch: { readonly max: number; readonly wait: number | null };
  readonly throttle: { readonly limit: number; readonly per: number } | null;
  readonly once: { readonly path: string; readonly read: (event: AssetEvent) => Json | undefined; readonly for: number } | null;
  readonly concurrency: { readonly total: number; readonly perKey: number };
  readonly priority: number;
  readonly whenPaused: "hold" | "drop" | "latest";
  readonly whenFailed: { readonly kind: "hold" } | { readonly kind: "return" | "pause"; readonly times: number };
  readonly expireAfter: number | null;
  readonly maxPending: number | null;
  readonly startAt: { readonly since: number } | null;
  readonly remember: number;
  /** How old a missed tick may be that gets a run of its own; null if only the newest does. */
  readonly catchUp: number | null;
  readonly paused: boolean;
  readonly cycle: boolean;
  /** True if time alone can change what it lets through. */
  readonly timed: boolean;
}

const DAY = 86_400_000;

/** @throws E_POLICY or E_DURATION with the path of the setting. `keyed` says that the condition has keys or partitions. */
export function compilePolicy(policy: Policy, keyed: boolean, where: string): CompiledPolicy {
  const mode = oneOf(policy.mode ?? "batch", ["batch", "each", "latest"], `${where}.mode`);
  const { debounce, batch, throttle, once, startAt } = policy;
  return {
    mode,
    debounce: debounce === undefined ? null : compileDebounce(debounce, `${where}.debounce`),
    batch: {
      max: whole(batch?.max ?? 1000, 1, `${where}.batch.max`),
      wait: batch?.wait === undefined ? null : parseDuration(batch.wait, `${where}.batch.wait`),
    },
    throttle: throttle === undefined ? null : { limit: whole(throttle.limit, 1, `${where}.throttle.limit`), per: span(throttle.per, `${where}.throttle.per`) },
    once: once === undefined ? null : { path: once.by, read: compilePath(once.by, `${where}.once.by`), for: span(once.for, `${where}.once.for`) },
    concurrency: compileConcurrency(policy.concurrency, keyed, `${where}.concurrency`),
    priority: number(policy.priority ?? 0, `${where}.priority`),
    whenPaused: oneOf(policy.whenPaused ?? "hold", ["hold", "drop", "latest"], `${where}.whenPaused`),
    whenFailed: compileWhenFailed(policy.whenFailed ?? "hold", `${where}.whenFailed`),
    expireAfter: policy.expireAfter === undefined ? null : parseDuration(policy.expireAfter, `${where}.expireAfter`),
    maxPending: policy.maxPending === undefined ? null : whole(policy.maxPending, 1, `${where}.maxPending`),
    startAt: startAt === undefined || startAt === "now" ? null : { since: span(startAt.since, `${where}.startAt.since`) },
    remember: policy.remember === undefined ? 400 * DAY : parseDuration(policy.remember, `${where}.remember`),
    catchUp: compileCatchUp(policy.catchUp ?? false, `${where}.catchUp`),
    paused: policy.paused ?? false,
    cycle: policy.cycle ?? false,
    timed: [debounce, batch?.wait, throttle, policy.expireAfter].some((setting) => setting !== undefined),
  };
}

function compileDebounce(debounce: NonNullable<Policy["debounce"]>, where: string): { quiet: number; max: number } {
  const quiet = parseDuration(debounce.quiet, `${where}.quiet`);
  const max = debounce.max === undefined ? Number.POSITIVE_INFINITY : parseDuration(debounce.max, `${where}.max`);
  if (max < quiet) throw refuse(`debounce.max (${debounce.max}) is shorter than debounce.quiet (${debounce.quiet})`, where);
  return { quiet, max };
}

function compileConcurrency(concurrency: Policy["concurrency"], keyed: boolean, where: string): { total: number; perKey: number } {
  if (typeof concurrency === "number") {
    const n = whole(concurrency, 1, where);
    return { total: n, perKey: keyed ? 1 : n };
  }
  return { total: whole(concurrency?.total ?? 16, 1, `${where}.total`), perKey: whole(concurrency?.perKey ?? 1, 1, `${where}.perKey`) };
}

function compileWhenFailed(value: NonNullable<Policy["whenFailed"]>, where: string): CompiledPolicy["whenFailed"] {
  if (value === "hold") return { kind: "hold" };
  if (value === "return") return { kind: "return", times: 3 };
  if (value === "pause") return { kind: "pause", times: 1 };
  if (typeof value === "object" && "return" in value) return { kind: "return", times: whole(value.return, 1, `${where}.return`) };
  if (typeof value === "object" && "pause" in value) return { kind: "pause", times: whole(value.pause, 1, `${where}.pause`) };
  throw refuse(`whenFailed is ${JSON.stringify(value)}`, where, 'write "hold", "return", "pause", {"return": 3} or {"pause": 3}');
}

function compileCatchUp(value: NonNullable<Policy["catchUp"]>, where: string): number | null {
  if (typeof value === "boolean") return value ? Number.POSITIVE_INFINITY : null;
  return span(value, where);
}

function oneOf<T extends string>(value: T, allowed: readonly T[], where: string): T {
  if (allowed.includes(value)) return value;
  throw refuse(`${JSON.stringify(value)} is none of ${allowed.join(", ")}`, where);
}

function whole(value: number, least: number, where: string): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw refuse(`${JSON.stringify(value)} must be a whole number of at least ${least}`, where);
}

function number(value: number, where: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw refuse(`${JSON.stringify(value)} must be a number`, where);
}

function span(text: string, where: string): number {
  const ms = parseDuration(text, where);
  if (ms > 0) return ms;
  throw refuse("a span of time must be longer than 0", where);
}

function refuse(why: string, where: string, hint?: string): HeadgateError {
  return new HeadgateError("E_POLICY", why, { where, ...(hint === undefined ? {} : { hint }) });
}
