import type { Grain, Mapping, Wait } from "../condition.ts";

/** Options of the mappings that wait for more than one upstream slice. */
export interface WaitOption {
  /** How many of the upstream slices must be there. @default "all" */
  readonly wait?: Wait;
}

/** The consumer has the asset's own slices. What a leaf does without a mapping. */
export function same(): Mapping {
  return { map: "same" };
}

/** Finer slices make a coarser one: `hours.partitions(rollup("day", { wait: { atLeast: 20, deadline: "2h" } }))`. */
export function rollup(grain: Grain, options: WaitOption & { /** @default the asset's */ readonly tz?: string } = {}): Mapping {
  return { map: "rollup", grain, ...options };
}

/** A coarser slice makes finer ones: `weeks.partitions(fanOut("day"))` makes 7 days of a week. */
export function fanOut(
  grain: Grain,
  options: {
    /** @default the asset's */
    readonly tz?: string;
    /** `backward`: the slices that end with the first one of the period. @default "forward" */
    readonly direction?: "forward" | "backward";
    /** An event that would make more keys is dropped with a warning. @default 1000 */
    readonly max?: number;
  } = {},
): Mapping {
  return { map: "fanOut", grain, ...options };
}

/** The run for a slice reads the one that is `by` slices later: `offset(-1)` reads yesterday. */
export function offset(by: number): Mapping {
  return { map: "offset", by };
}

/** The run for a slice reads those from `from` to `to`, counted from it: `window(-6, 0)` reads the last seven. */
export function window(from: number, to: number, options: WaitOption = {}): Mapping {
  return { map: "window", from, to, ...options };
}

/** From upstream key to downstream key or keys: `mapKeys({ us: "america", ca: "america" })`. */
export function mapKeys(keys: { readonly [upstream: string]: string | readonly string[] }, options: WaitOption = {}): Mapping {
  return { map: "static", keys, ...options };
}

/** One unpartitioned consumer reads the newest slice. */
export function latestSlice(): Mapping {
  return { map: "latest" };
}

/** One unpartitioned consumer reads every slice. */
export function everySlice(options: WaitOption = {}): Mapping {
  return { map: "all", ...options };
}

/** One mapping for each dimension of a product, in its order. */
export function dimensions(...of: readonly Mapping[]): Mapping {
  return { map: "product", of };
}
