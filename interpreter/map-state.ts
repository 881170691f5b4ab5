import type { EventInput } from "../core/event.ts";
import type { Json } from "../core/json.ts";
import type { MapFailures } from "../core/plan.ts";
import type { TaskOutput } from "../core/tasks/task-io.ts";
import type { Rounds } from "./lost-worker.ts";

/** What does not change during a map. */
export interface MapFacts {
  /** Id of the task. */
  readonly task: string;
  readonly limit: number;
  readonly whenFailed: MapFailures;
  /** Of each item. */
  readonly retries: number;
}

/** How an item ended, as it is kept and carried: short, because there may be ten thousand. */
export type ItemEnd = { readonly v: Json } | { readonly error: string; readonly code?: string } | { readonly skipped: string };

/** What is known of a map between two steps. It survives a continue-as-new. */
export interface MapCarry {
  /** Items of the whole list. */
  readonly total: number;
  /** The first item that has not been started. All before it have ended, unless they run. */
  readonly next: number;
  /** By the place of the item; a hole for one that has not ended. */
  readonly ends: readonly (ItemEnd | null)[];
  /** Bytes of all ends. */
  readonly bytes: number;
  readonly failed: number;
  readonly skipped: number;
  /** The item that failed first. */
  readonly firstFailed?: number;
  /** Assets that items published. */
  readonly published: readonly string[];
}

/** Why nothing more starts. */
export type MapHold = "cancelled" | "failed" | "too-large" | "carry";

/** A map at work. `advanceMap` changes it in place: to copy ten thousand ends for each of ten thousand items would take quadratic time. */
export interface MapState {
  readonly total: number;
  next: number;
  readonly ends: (ItemEnd | null)[];
  bytes: number;
  failed: number;
  skipped: number;
  firstFailed: number | undefined;
  readonly published: Set<string>;
  readonly running: Map<number, Rounds>;
  hold: MapHold | undefined;
  ended: boolean;
}

/** What can happen to a map. */
export type MapEvent =
  | { readonly kind: "completed"; readonly index: number; readonly output: TaskOutput }
  | { readonly kind: "failed"; readonly index: number; readonly error: string; readonly code?: string }
  | { readonly kind: "lost"; readonly index: number; readonly attempts: number }
  | { readonly kind: "cancelled"; readonly index: number }
  /** Someone wants the run to stop; the shell stops the items that run. */
  | { readonly kind: "cancel" }
  /** The history is long: start nothing more, and say when nothing runs. */
  | { readonly kind: "carry" };

/** What the shell must do. */
export type MapCommand =
  | ({ readonly kind: "schedule"; readonly index: number } & Omit<Rounds, "lost">)
  | { readonly kind: "publish"; readonly outlets: readonly EventInput[] }
  /** Nothing runs: continue as new with this. */
  | { readonly kind: "carry"; readonly carry: MapCarry }
  | { readonly kind: "end"; readonly status: "succeeded"; readonly value: readonly Json[]; readonly published: readonly string[] }
  | {
      readonly kind: "end";
      readonly status: "failed";
      readonly error: string;
      readonly code: string;
      /** The item that failed first, if one did. */
      readonly item?: number;
      readonly published: readonly string[];
    }
  | { readonly kind: "end"; readonly status: "cancelled" };
