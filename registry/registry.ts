import type { HashedPlan } from "../core/plan.ts";
import type { Assets } from "./assets.ts";
import type { Awaits } from "./awaits.ts";
import type { Condition } from "./condition.ts";
import type { Recent } from "./dedupe.ts";
import type { HeldEvents } from "./events.ts";
import type { FreshnessWatch } from "./freshness.ts";
import type { Ledger } from "./ledger.ts";
import type { Marks } from "./marks.ts";
import type { Leaf } from "./nodes/leaf.ts";
import type { Order } from "./order.ts";
import type { CompiledPolicy } from "./policies/policy.ts";
import type { Routes } from "./routes.ts";
import type { ConsumerState, RegistryState } from "./state.ts";
import type { Timers } from "./timers.ts";
import type { Touched } from "./touched.ts";
import type { Traffic } from "./traffic.ts";

/** Events with up to this many hops are taken. */
export const MAX_HOPS = 32;

/** A state with the index that makes it fast. `step` changes both; `stateOf` gives the state alone. */
export interface Registry {
  /** `state.events`, `state.recent` and `state.ends` are empty here: they live beside it. */
  readonly state: RegistryState;
  readonly events: HeldEvents;
  readonly recent: Recent;
  readonly ends: Recent;
  readonly consumers: Map<string, Consumer>;
  readonly timers: Timers;
  readonly ledger: Ledger;
  readonly traffic: Traffic;
  readonly awaits: Awaits;
  readonly freshness: FreshnessWatch;
  /** Of the router of a registry in shards: the ways to the others. */
  readonly routes: Routes | null;
  /** Consumers that something happened to in this instant; after opening, those that must be looked at at once. */
  readonly touched: Touched;
  /** Rebuilt on each registration. */
  assets: Assets;
  subscriptions: Subscriptions;
}

/** Who listens to an asset. Cost follows the listeners of the event's asset, not the number of consumers. */
export interface Subscriptions {
  of(asset: string, groups: readonly string[] | undefined): readonly Subscription[];
}

export interface Subscription {
  readonly consumer: Consumer;
  readonly leaves: readonly Leaf[];
}

/** A consumer's state with what is compiled from its plan. */
export interface Consumer {
  readonly dag: string;
  /** The asset that its runs update when they end. */
  readonly ends: string;
  readonly state: ConsumerState;
  plan: HashedPlan;
  taskQueue: string;
  /** Null for a DAG that only people and schedules start, or while it is faulted by its own plan. */
  condition: Condition | null;
  policy: CompiledPolicy;
  /** Kept by `registry.touched`. */
  isTouched: boolean;
  /** Groups that must be looked at in this instant. */
  readonly dirty: Marks;
  /** All groups that were looked at in this instant. */
  readonly seen: Marks;
  /** Groups that could start but for a slot, the throttle or a pause, with the oldest event that they would take. */
  readonly waiting: Map<string, Order>;
  /** When debounce or batch let a group start. */
  readonly readyAt: Map<string, { readonly at: number; readonly by: "debounce" | "batch" }>;
  /** Keys that a step of a repair waits for, with the repair's id: the condition does not start them. */
  readonly awaited: Map<string, string>;
  /** Running runs by key. */
  readonly busy: Map<string, number>;
  running: number;
  /** Pending events, kept for `maxPending` only. */
  pending: number;
}
