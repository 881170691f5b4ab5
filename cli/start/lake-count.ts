import type { Store } from "../../store/index.ts";
import type { LakeCount } from "./lake-view.ts";

/** A file is lost if nothing has consumed it after this long, in milliseconds. */
const LOST_AFTER = 60_000;

export interface DroppedFile {
  /** Below the landing folder. */
  readonly path: string;
  readonly at: number;
}

/**
 * What became of the files that the generator dropped, from the store's ledger. A file is consumed when an event of it was in a
 * run's input; it is doubled when two runs had it, or when it made two events.
 */
export async function countFiles(store: Store, asset: string, dropped: readonly DroppedFile[], now: number): Promise<LakeCount> {
  if (dropped.length === 0) return { in: 0, consumed: 0, lost: 0, doubled: 0 };
  const runs = await store.runsByData({ asset, dag: "raw-ingest", field: "path", values: dropped.map((file) => file.path) });
  let consumed = 0;
  let lost = 0;
  let doubled = 0;
  for (const file of dropped) {
    const found = runs.get(file.path);
    if (found === undefined || found.consumed === 0) lost += now - file.at > LOST_AFTER ? 1 : 0;
    else consumed += 1;
    if (found !== undefined && (found.consumed > 1 || found.events > 1)) doubled += 1;
  }
  return { in: dropped.length, consumed, lost, doubled };
}
