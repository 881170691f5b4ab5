/** A lake with something of everything that the web UI shows: what runs, what fails, what is late, what is missing, what nobody could read. */
export const LAKE_PROJECT: Readonly<Record<string, string>> = {
  "landing/a.csv": "1",
  "landing/bad-1.csv": "x",
  "dags/lake.ts": `
import { existsSync } from "node:fs";
import { asset, dag, daily, freshness, watch } from "headgate";
import { files } from "headgate/watchers/files";
import { z } from "zod";
const partitions = daily({ tz: "UTC", start: new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10) });
export const raw = asset("s3://lake/raw/orders", { owner: "data", tags: ["raw"], description: "orders as they come" });
export const clean = asset("s3://lake/clean/orders", { owner: "data" });
export const gold = asset("s3://lake/gold/revenue");
export const rates = asset("s3://lake/rates", { owner: "ana", freshness: { within: "1s" } });
export const clicks = asset("s3://lake/clicks", { partitions });
export const sessions = asset("s3://lake/sessions", { partitions });
export const landing = asset("s3://lake/landing");
export const tidy = dag("orders-clean", { on: raw }, (d) => { d.task("tidy", { outlets: [clean], run: () => ({ rows: 3 }) }); });
export const mart = dag("orders-mart", { on: clean, params: z.object({ region: z.enum(["eu", "us"]).optional(), rows: z.number().int().optional() }) }, (d) => { d.task("sum", { outlets: [gold], run: () => ({ total: 7 }) }); });
export const broken = dag("orders-broken", { on: raw }, (d) => { d.task("burst", { run: () => { throw new Error("the pipe burst"); } }); });
export const count = dag("count-sessions", { on: clicks }, (d) => { d.task("count", { outlets: [sessions], run: () => 1 }); });
export const refresh = dag("refresh-rates", { on: freshness(rates).where({ state: "stale" }) }, (d) => { d.task("ask", { run: () => 1 }); });
export const release = dag("release", { on: null }, (d) => {
  const review = d.approve("review");
  d.task("ship", { after: [review], run: () => 1 });
});
export const hold = dag("hold", { on: null }, (d) => {
  d.task("wait", { run: (_, ctx) => new Promise((_, reject) => ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason))) });
});
function reading(path) {
  // As somebody would correct it: what reads the letters again is not what is deployed anew.
  if (path.startsWith("bad") && !existsSync("fixed")) throw new Error(path + " has no header");
  return path;
}
export const arrivals = watch("arrivals", files({ path: "landing" }), { publishes: landing, every: "300ms", startAt: "beginning", map: ({ path }) => ({ data: { path: reading(path) } }) });
`,
};
