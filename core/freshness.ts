import { checkOptionNames } from "./authoring/option-names.ts";
import type { Duration } from "./condition.ts";
import { HeadgateError } from "./errors.ts";
import { type CronTicks, compileCron } from "./time/cron.ts";
import { parseDuration } from "./time/duration.ts";

/**
 * How fresh an asset must be: never older than `within`, or updated by a deadline. With `by` alone an update since the deadline before
 * counts; with `within` beside it, only one that is younger than that at the deadline.
 */
export type FreshnessPolicy =
  | { readonly within: Duration }
  | {
      /** When it must be there: a cron expression. */
      readonly by: string;
      /** IANA name of the zone of `by`. @default "UTC" */
      readonly tz?: string;
      readonly within?: Duration;
    };

/** `unknown`: nothing came since somebody looks, and not for long enough to call it stale. */
export type FreshnessState = "fresh" | "stale" | "unknown";

/** What a policy says of an asset at an instant. Instants are milliseconds since 1970. */
export interface Judgement {
  readonly state: FreshnessState;
  /** The last update, the deadline that it missed, or when somebody began to look. */
  readonly since: number;
  /** When time alone may change it; null if only an update can. */
  readonly next: number | null;
}

/** What is known of an asset: since when somebody looks, and when its last event was accepted. */
export interface Observed {
  readonly watchedSince: number;
  readonly updatedAt: number | null;
}

export type Freshness = (observed: Observed, now: number) => Judgement;

/** Reads a policy as people write it; `tz` is filled in. @throws E_OPTION, E_DURATION, E_CRON */
export function readFreshness(given: unknown, where: string): FreshnessPolicy {
  checkOptionNames(given, ["within", "by", "tz"], where);
  const { within, by, tz } = given as { readonly within?: Duration; readonly by?: string; readonly tz?: string };
  if (within !== undefined && parseDuration(within, `${where}.within`) === 0) {
    throw new HeadgateError("E_DURATION", `${where}.within is 0, so the asset would always be stale`, { where, hint: 'write a time above 0, such as "26h"' });
  }
  if (by === undefined) {
    if (within === undefined || tz !== undefined) {
      throw new HeadgateError("E_OPTION", `${where} has ${within === undefined ? "neither within nor by" : "tz without by"}`, {
        where,
        hint: 'write { within: "26h" } or { by: "0 6 * * *", tz: "Europe/Paris" }',
      });
    }
    return Object.freeze({ within });
  }
  compileCron(by, tz, `${where}.by`);
  return Object.freeze({ by, tz: tz ?? "UTC", ...(within === undefined ? {} : { within }) });
}

/** The policy as a function. It is pure, and the same for a registry, a page and a test. */
export function compileFreshness(policy: FreshnessPolicy): Freshness {
  if (!("by" in policy)) return within(parseDuration(policy.within));
  return byDeadline(compileCron(policy.by, policy.tz), policy.within === undefined ? null : parseDuration(policy.within));
}

/** Deadlines that are looked at beforehand: a short time before each of many may take longer than this to run out. */
const MOST_DEADLINES = 100;

/** When an asset becomes stale if nothing comes after its last update; null if no deadline ever asks for more. */
export function staleAt(freshness: Freshness, updatedAt: number): number | null {
  const observed = { watchedSince: updatedAt, updatedAt };
  let at: number | null = updatedAt;
  for (let looked = 0; at !== null && looked < MOST_DEADLINES; looked += 1) {
    const { state, next }: Judgement = freshness(observed, at);
    if (state !== "fresh") return at;
    at = next;
  }
  return at;
}

/** For people: `within 26h`, `by 0 6 * * * Europe/Paris`. */
export function freshnessText(policy: FreshnessPolicy): string {
  if (!("by" in policy)) return `within ${policy.within}`;
  return `by ${policy.by} ${policy.tz ?? "UTC"}${policy.within === undefined ? "" : `, at most ${policy.within} old then`}`;
}

function within(span: number): Freshness {
  return ({ watchedSince, updatedAt }, now) => {
    const deadline = (updatedAt ?? watchedSince) + span;
    if (now >= deadline) return { state: "stale", since: deadline, next: null };
    return updatedAt === null ? { state: "unknown", since: watchedSince, next: deadline } : { state: "fresh", since: updatedAt, next: deadline };
  };
}

function byDeadline(ticks: CronTicks, span: number | null): Freshness {
  return ({ watchedSince, updatedAt }, now) => {
    const deadline = lastTick(ticks, now);
    const next = ticks.next(now);
    // What came no later than the start of the window does not count for the deadline; all that came since does.
    const start = deadline === null ? null : span === null ? lastTick(ticks, deadline - 1) : deadline - span;
    if (updatedAt !== null && (start === null || updatedAt > start)) return { state: "fresh", since: updatedAt, next };
    // A window that nobody watched from its start may have had its update.
    if (deadline === null || start === null || watchedSince > start) return { state: "unknown", since: watchedSince, next };
    return { state: "stale", since: deadline, next: null };
  };
}

const MINUTE = 60_000;
/** No deadline lies further back: a leap day comes after eight years at the latest. */
const FURTHEST = 9 * 366 * 24 * 60 * MINUTE;

/** The last tick up to and including an instant. Looks further and further back, so that rare and frequent ticks cost about the same. */
function lastTick(ticks: CronTicks, at: number): number | null {
  for (let back = MINUTE; back <= FURTHEST; back *= 2) {
    let found = ticks.next(at - back);
    if (found === null || found > at) continue;
    for (let later = ticks.next(found); later !== null && later <= at; later = ticks.next(found)) found = later;
    return found;
  }
  return null;
}
