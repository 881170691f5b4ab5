import { asset, dag } from "headgate";
import { files } from "headgate/watchers/files";

export const begin = asset("bench://waits/begin");

/** Each run waits a hundred times for what never comes. */
export const waits = dag("bench-waits", { on: begin, mode: "each", concurrency: 10 }, (d) => {
  for (let n = 0; n < 100; n += 1) d.waitFor(`wait-${n}`, files({ path: "bench/sources", pattern: `none-${n}/*` }), { every: "30s" });
});
