import { type LeafCondition, leafParts } from "./authoring/condition-builder.ts";
import { checkId } from "./authoring/ids.ts";
import type { Leaf } from "./authoring/leaf.ts";
import type { EndStatus } from "./run.ts";

/** The data of the event that each end of a run is. */
export interface RunEndData {
  readonly status: EndStatus;
  /** The run's workflow id. */
  readonly run: string;
  /** Milliseconds from start to end. */
  readonly duration: number;
}

/** The ends of a DAG's runs: a condition, and its events in `needs`. Not an outlet: Headgate publishes it. */
export interface RunEnds<I extends string = string>
  extends Leaf<`headgate://runs/${I}`, RunEndData, string | null>,
    LeafCondition<Leaf<`headgate://runs/${I}`, RunEndData, string | null>> {
  readonly kind: "asset";
  readonly uri: string;
}

const RUNS = "headgate://runs/";

/** The URI under which the ends of a DAG's runs are events. */
export function runEndsUri(dag: string): string {
  return RUNS + dag;
}

/** The DAG whose run ends a URI means, or `undefined`. */
export function dagOfRunEnds(uri: string): string | undefined {
  return uri.startsWith(RUNS) ? uri.slice(RUNS.length) : undefined;
}

/**
 * Due when a run of that DAG ended: `runEnds("orders-clean").where({ status: "failed" })`. Events have the partitions of its runs.
 */
export function runEnds<const I extends string>(dag: I | { readonly kind: "dag"; readonly id: I }): RunEnds<I> {
  const id = checkId("DAG", typeof dag === "object" && dag !== null ? dag.id : dag, "runEnds(...)");
  const uri = runEndsUri(id);
  // The fields of `Leaf` are for the compiler only.
  return Object.freeze({ kind: "asset", uri, ...leafParts(Object.freeze({ asset: uri }), new Map()) }) as unknown as RunEnds<I>;
}
