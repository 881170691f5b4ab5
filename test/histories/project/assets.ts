import { asset, daily } from "headgate";
import { z } from "zod";

const about = { owner: "tests", description: "what the recorded histories are about" };

/** Has a schema: raw events of it are checked by a worker. */
export const orders = asset("lake://raw/orders", { ...about, partitions: daily({ tz: "UTC" }), schema: z.object({ rows: z.number() }) });
/** Published by a task in the middle of a run. */
export const clean = asset("lake://clean/orders", { ...about, partitions: daily({ tz: "UTC" }), schema: z.object({ rows: z.number() }) });
/** Published by a whole DAG, with the end of its run. */
export const daysDone = asset("lake://clean/days", { ...about, partitions: daily({ tz: "UTC" }) });
/** One run for each event: more at once than the registry starts as children. */
export const ticks = asset("lake://ticks", about);
/** Gathers for a moment before it runs: the registry needs a timer. */
export const readings = asset("lake://readings", about);
/** Published by the watcher. */
export const landed = asset("lake://landed", about);
/** Nobody waits for it: what fills the facts. */
export const bulk = asset("lake://bulk", about);
/** Its runs wait until somebody ends them. */
export const parked = asset("lake://parked", about);
