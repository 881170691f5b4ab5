import type { TriggerRule } from "../plan.ts";
import type { TaskContext } from "../tasks/context.ts";
import type { Any } from "./json-types.ts";
import type { Given, OutletsOf, PathRef, TaskOptions, TaskRef } from "./task.ts";

/** Tasks that stand together under one name. `tasks` is what the callback returned. */
export interface GroupRef<R = unknown> {
  readonly kind: "group";
  readonly id: string;
  readonly tasks: R;
}

/** What a task can come after. */
export type AfterRef = TaskRef<Any> | PathRef | GroupRef<Any>;

export interface GroupOptions {
  /** Every task of the group that waits for none of the others comes after these. */
  readonly after?: readonly AfterRef[];
}

export interface TeardownSpec<T, R, N, O, P> extends TaskOptions {
  /** What it tears down: it runs if this succeeded, once all in `after` and `needs` has ended, also when the run is cancelled or out of time. */
  readonly setup: TaskRef<T>;
  /** Values come as `Outcome`s, but that of the setup. */
  readonly needs?: N;
  readonly outlets?: O;
  /** Whether its failure fails the run. @default false */
  readonly failsRun?: boolean;
  readonly run: (input: Given<N, "all-done"> & { readonly setup: T }, ctx: TaskContext<OutletsOf<O>, P>) => R | Promise<R>;
}

export interface ShortCircuitSpec<N, W extends TriggerRule, P> extends TaskOptions {
  readonly needs?: N;
  /** @default "all-succeeded" */
  readonly when?: W;
  /** `true` goes on; `false`, or a text that says why, skips every task below it, whatever their `when`. */
  readonly run: (input: Given<N, W>, ctx: TaskContext<never, P>) => boolean | string | Promise<boolean | string>;
}

export interface EndTaskSpec<F, R, O, P> extends Omit<TaskOptions, "after"> {
  readonly outlets?: O;
  /** Called once all tasks have ended. What becomes of it changes nothing about the run. */
  readonly run: (end: F, ctx: TaskContext<OutletsOf<O>, P>) => R | Promise<R>;
}
