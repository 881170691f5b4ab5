import { setTimeout as pause } from "node:timers/promises";
import type { BenchProcess } from "../bench-process.ts";
import type { OurSide } from "../our-side.ts";
import { costLine, cpuOf } from "./costs.ts";

/** Between two looks, in milliseconds: each is a query, which the registry answers between two batches. */
const LOOK = 500;
const PATIENCE = 300_000;

export interface AcceptedOptions {
  /** The worker that reads. */
  readonly worker: BenchProcess;
  readonly count: number;
  readonly begin: () => Promise<void>;
  readonly progress: (line: string) => void;
}

/**
 * Events by second that the registry accepts while `begin` has `count` of them come: from the first look that shows any to the one that
 * shows all, without those of that first look. A session takes its time to open, which is not what is measured.
 */
export async function acceptedPerSecond(side: OurSide, { worker, count, begin, progress }: AcceptedOptions): Promise<number> {
  const accepted = async (): Promise<number> => (await side.registry.state()).events.accepted;
  const before = await accepted();
  await begin();
  let first: { readonly at: number; readonly count: number; readonly cpu: ReturnType<typeof cpuOf> } | undefined;
  for (const until = Date.now() + PATIENCE; ; await pause(LOOK)) {
    const now = (await accepted()) - before;
    if (now > 0) first ??= { at: performance.now(), count: now, cpu: cpuOf(side, worker) };
    if (first !== undefined && now >= count) {
      progress(costLine(first.cpu, cpuOf(side, worker), now - first.count));
      return (now - first.count) / ((performance.now() - first.at) / 1_000);
    }
    if (Date.now() > until) throw new Error(`only ${now} of ${count} events were accepted`);
  }
}
