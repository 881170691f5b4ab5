import { setTimeout as pause } from "node:timers/promises";
import type { OurSide } from "../our-side.ts";

/** Between two looks, in milliseconds. */
const LOOK = 50;
const PATIENCE = 300_000;

/**
 * Events by second that the registry accepts while `begin` has `count` of them come: from the first look that shows any to the one that
 * shows all, without those of that first look. A session takes its time to open, which is not what is measured.
 */
export async function acceptedPerSecond(side: OurSide, count: number, begin: () => Promise<void>): Promise<number> {
  const accepted = async (): Promise<number> => (await side.registry.state()).events.accepted;
  const before = await accepted();
  await begin();
  let first: { readonly at: number; readonly count: number } | undefined;
  for (const until = Date.now() + PATIENCE; ; await pause(LOOK)) {
    const now = (await accepted()) - before;
    if (now > 0) first ??= { at: performance.now(), count: now };
    if (first !== undefined && now >= count) return (now - first.count) / ((performance.now() - first.at) / 1_000);
    if (Date.now() > until) throw new Error(`only ${now} of ${count} events were accepted`);
  }
}
