import type { Mapping, PartitionDefinition } from "../core/condition.ts";
import { type CompiledMapping, compileMapping, type WaitProgress } from "../core/partitions/mapping.ts";

/** How the slices of one asset become slices of a consumer: a compiled mapping, as the machine needs it. */
export interface Slices {
  /** Slices of the consumer; null for `all` and `latest`, which do not make it a partitioned one. */
  readonly downstream: PartitionDefinition | null;
  /** Slices of the consumer that an event of this slice is for, or the number of them if there are too many. */
  keysFor(upstream: string): readonly string[] | { readonly tooMany: number; readonly max: number };
  /** Set for mappings under which a slice waits for more than one upstream slice. */
  readonly waits: Waiting | null;
  /** Order of two keys of the asset, set for `latest`: only events of the newest slice count. */
  readonly compareLatest: ((a: string, b: string) => number) | null;
}

export interface Waiting {
  /** How far a slice is, given the upstream keys of which an event was ever seen. */
  progress(slice: string | null, seen: readonly string[], now: number): WaitProgress;
  /** When the slice stops waiting and takes what is there; null without a deadline. */
  deadline(slice: string | null): number | null;
  /** Upstream slices that were never seen; null where nobody knows them. */
  missing(slice: string | null, seen: readonly string[]): readonly string[] | null;
}

/** @throws E_CONDITION if the mapping does not fit the asset's partitions. */
export function compileSlices(definition: PartitionDefinition, mapping: Mapping, where: string): Slices {
  const compiled = compileMapping(mapping, definition, where);
  return {
    downstream: compiled.downstream,
    keysFor: (upstream) => {
      const down = compiled.down(upstream);
      return down.count > down.max ? { tooMany: down.count, max: down.max } : down.keys;
    },
    waits: compiled.waitsForMany ? waitingOf(compiled) : null,
    compareLatest: compiled.compareLatest,
  };
}

function waitingOf(compiled: CompiledMapping): Waiting {
  return {
    progress: (slice, seen, now) => compiled.progress(slice ?? "", new Set(seen), now),
    deadline: (slice) => compiled.deadlineAt(slice ?? ""),
    missing: (slice, seen) => {
      const known = new Set(seen);
      return compiled.up(slice ?? "")?.filter((key) => !known.has(key)) ?? null;
    },
  };
}
