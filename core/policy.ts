import type { Duration } from "./condition.ts";

/** How a consumer turns what is pending into runs. SEMANTICS section 4. Defaults stand at each field. */
export interface Policy {
  /** @default "batch" */
  readonly mode?: "batch" | "each" | "latest";
  readonly debounce?: { readonly quiet: Duration; readonly max: Duration };
  /** @default { max: 1000 } */
  readonly batch?: { readonly max?: number; readonly wait?: Duration };
  readonly throttle?: { readonly limit: number; readonly per: Duration };
  readonly once?: { readonly by: string; readonly for: Duration };
  /** @default { total: 16, perKey: 1 } */
  readonly concurrency?: number | { readonly total?: number; readonly perKey?: number };
  /** Larger goes first: among runs that are due at once, and among tasks that wait for a worker. @default 0 */
  readonly priority?: number;
  /** @default "hold" */
  readonly whenPaused?: "hold" | "drop" | "latest";
  /** @default "hold" */
  readonly whenFailed?: "hold" | "return" | "pause" | { readonly return: number } | { readonly pause: number };
  readonly expireAfter?: Duration;
  readonly maxPending?: number;
  readonly startAt?: "now" | { readonly since: Duration };
  /** How long the seen keys of a slice are kept. @default "400d" */
  readonly remember?: Duration;
  /**
   * Of a DAG that only a clock starts: whether ticks that were missed, while the registry or the DAG stood still, each get their run; as a
   * duration, those of that time.
   * @default false: the newest tick alone
   */
  readonly catchUp?: boolean | Duration;
  /** Paused from its first registration on. */
  readonly paused?: boolean;
  /** Allows an asset cycle through this DAG. */
  readonly cycle?: boolean;
}
