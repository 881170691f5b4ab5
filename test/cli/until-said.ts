import { setTimeout as delay } from "node:timers/promises";
import type { Ended } from "./headgate.ts";

/** Repeats a call until what it says is there: the store follows the registry. */
export async function untilSaid(
  call: (...args: string[]) => Promise<Ended>,
  args: readonly string[],
  isThere: (ended: Ended) => boolean,
  within: number,
): Promise<Ended> {
  for (const end = performance.now() + within; ; await delay(200)) {
    const ended = await call(...args);
    if (isThere(ended)) return ended;
    if (performance.now() > end) throw new Error(`headgate ${args.join(" ")} did not come to say what was waited for:\n${ended.stdout}\n${ended.stderr}`);
  }
}
