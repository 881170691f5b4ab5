import { setTimeout as sleep } from "node:timers/promises";
import { all, dag } from "headgate";
import { clean, daysDone, landed, orders, parked, readings, ticks } from "./assets.ts";

/** Outlets in the middle of a run, and at its end with those of the whole DAG. */
export const ordersClean = dag("orders-clean", { on: orders, outlets: [daysDone] }, (d) => {
  const load = d.task("load", { needs: { events: orders }, run: ({ events }) => events.reduce((sum, event) => sum + event.data.rows, 0) });
  const save = d.task("save", { needs: { load }, outlets: [clean], run: ({ load }, ctx) => ctx.publish(clean, { data: { rows: load } }) });
  d.task("report", { after: [save], run: (_, ctx) => ctx.ds });
});

/** Started by what the other DAG publishes. */
export const ordersMart = dag("orders-mart", { on: all(clean, daysDone) }, (d) => {
  d.task("build", { needs: { events: clean }, run: ({ events }) => events.map((event) => event.data.rows) });
});

export const ticked = dag("ticked", { on: ticks, mode: "each", concurrency: 1_000 }, (d) => {
  d.task("count", { needs: { events: ticks }, run: ({ events }) => events.length });
});

export const gathered = dag("gathered", { on: readings, debounce: { quiet: "400ms", max: "2s" } }, (d) => {
  d.task("sum", { needs: { events: readings }, run: ({ events }) => events.length });
});

export const landedFiles = dag("landed-files", { on: landed, mode: "each" }, (d) => {
  d.task("read", { needs: { events: landed }, run: ({ events }) => events.map((event) => event.id) });
});

/** Its runs are ended from outside. */
export const parkedRuns = dag("parked-runs", { on: parked, mode: "each", concurrency: 2 }, (d) => {
  d.task("wait", { needs: { events: parked }, run: (_, ctx) => sleep(600_000, undefined, { signal: ctx.signal }) });
});
