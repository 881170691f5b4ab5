import { unknownName } from "../core/unknown-name.ts";
import type { Store } from "../store/index.ts";
import type { RunDetails } from "../store/queries/runs.ts";

/** A run with all that the store knows of it. Throws `E_RUN_UNKNOWN`, with the nearest id that there is. */
export async function foundRun(store: Store, run: string): Promise<RunDetails> {
  const found = await store.showRun(run);
  if (found !== undefined) return found;
  const known = await store.listRuns({ limit: 1_000 });
  throw unknownName(
    "E_RUN_UNKNOWN",
    `the store knows no run ${run}`,
    run,
    known.map((one) => one.run),
    "`headgate runs list` shows the runs; one that began this moment may not be there yet",
  );
}
