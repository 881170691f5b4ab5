import { alertWhenStale } from "./alert-when-stale.ts";
import { customers, rates, readings } from "./assets.ts";

/** One DAG for each asset; the files of a project may export lists. */
export const monitor = [readings, rates, customers].map(alertWhenStale);
