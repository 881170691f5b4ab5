import type { JsonObject } from "./json.ts";

/** Signals of a watcher's workflow. Each takes one object; `by` says who asks. */
export const WATCHER_SIGNALS = {
  /** `{ by?, why? }` */
  pause: "pause",
  /** `{ by? }`: also after a loud stop, to try again. */
  resume: "resume",
  /** `{ to: "beginning" | "now" | { ...position }, deliver: "redeliver" | "skip", by?, why?, id? }` */
  reset: "reset",
  /** No argument: ends the session, so that the next one reads with the worker's newest definition. */
  reload: "reload",
  /** From the session itself: `{ session, health }`. */
  health: "health",
} as const;

/** Query that answers with `WatcherStatus`. */
export const WATCHER_STATUS_QUERY = "status";

/** Failures that trying again cannot cure, and after which going on would lose events or publish everything: a person must decide. */
export const FINAL_WATCHER_CODES: readonly string[] = ["E_WATCHER_GAP", "E_WATCHER_CHANGED"];

/** Where reading begins: a position is what the source takes as `startAt`, such as `{ after: "2026-11-23T00:00:00Z" }`. */
export type WatcherPosition = "beginning" | "now" | JsonObject;

/** What a session tells of itself while it runs. Counts are of this session; instants are milliseconds since 1970. */
export interface WatcherHealth {
  readonly status: "running" | "backing-off" | "stopped";
  /** 0 until the outbox is open. */
  readonly generation: number;
  /** Events that the registry's signal carried. */
  readonly published: number;
  /** Items that `map` skipped. */
  readonly ignored: number;
  /** Items that went to the dead letters. */
  readonly poisoned: number;
  /** When the source was last heard of. */
  readonly readAt?: number;
  /** When the last event was accepted. */
  readonly publishedAt?: number;
  /** Milliseconds between the last event's own time and its acceptance. */
  readonly lag?: number;
  /** Events that were published in a second, over the last half minute or more. */
  readonly throughput?: number;
  /** When what failed is tried again. */
  readonly backoffUntil?: number;
  readonly error?: string;
  readonly code?: string;
}

export interface WatcherSessionEnd {
  /** `enough`: it published its share. `fenced`: another session took the watcher over. */
  readonly reason: "time-up" | "enough" | "cancelled" | "fenced";
  readonly health: WatcherHealth;
}

/** A new position for a watcher, asked for by a person. */
export interface WatcherReset {
  /** Made by whoever asks; the same id again changes nothing, so a repeat is harmless. */
  readonly id: string;
  readonly watcher: string;
  readonly to: WatcherPosition;
  /** `redeliver`: what was published before comes again, as new events. `skip`: it does not. */
  readonly deliver: "redeliver" | "skip";
  /** Who asked, and why, for the audit. */
  readonly by: string;
  readonly why?: string;
}

/** What a person sees of a watcher. Counts are since the workflow began. */
export interface WatcherStatus extends Omit<WatcherHealth, "status"> {
  readonly watcher: string;
  /** `waiting`: no worker has taken its session yet. `stopped`: it waits for a person, `error` says why. */
  readonly status: "waiting" | "running" | "backing-off" | "paused" | "stopped";
  readonly paused?: { readonly by: string; readonly at: number; readonly why?: string };
  /** True while the session that is to end still finishes its batch. */
  readonly ending?: true;
  /** The newest last. */
  readonly resets: readonly (WatcherReset & { readonly at: number })[];
  /** How many sessions there were. */
  readonly sessions: number;
}

/** The input of a watcher's workflow. */
export interface WatcherInput {
  readonly watcher: string;
  /** Queue of the workers that have the watcher's code. */
  readonly taskQueue: string;
  /** How long one session lasts, in milliseconds. @default 3,600,000 */
  readonly sessionLength?: number;
  /** Events of history after which the workflow continues as new. @default 2,000 */
  readonly historyLimit?: number;
  /** Carried by the workflow itself. */
  readonly carry?: WatcherCarry;
}

/** What a watcher's workflow carries when it continues as new. */
export interface WatcherCarry {
  readonly paused?: WatcherStatus["paused"];
  readonly stopped?: boolean;
  readonly health: WatcherHealth;
  readonly pending: readonly WatcherReset[];
  readonly resets: WatcherStatus["resets"];
  readonly sessions: number;
  readonly failures: number;
}
