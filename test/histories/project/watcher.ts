import { watch } from "headgate";
import { files } from "headgate/watchers/files";
import { landed } from "./assets.ts";

/** Below the folder in which the worker was started. */
export const arrivals = watch("arrivals", files({ path: "landing", pattern: "**/*.txt", settle: "20ms" }), {
  publishes: landed,
  every: "200ms",
  startAt: "beginning",
  map: (file) => ({ data: { path: file.path } }),
});
