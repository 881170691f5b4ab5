import { z } from "zod";
import type { DagDefinition } from "../../core/definition.ts";
import { dag } from "../../core/index.ts";

const paused = dag("paused", { params: z.object({ until: z.string() }) }, (d) => {
  const at = d.task("at", { run: (_, ctx) => ctx.params.until });
  const pause = d.sleep("pause", { for: "1s" });
  const until = d.waitUntil("until", { until: at, after: [pause] });
  d.task("done", { after: [until], run: () => "done" });
});

const reviewed = dag("reviewed", {}, (d) => {
  const review = d.approve("review", { timeout: "1h" });
  d.task("release", { needs: { review }, run: ({ review }) => `${review.by}: ${review.reason}` });
  d.task("note", { needs: { review }, when: "one-failed", run: ({ review }) => (review.status === "failed" ? review.error : "") });
});

const hasty = dag("hasty", {}, (d) => {
  const review = d.approve("review", { timeout: "500ms", onTimeout: "skip" });
  d.task("after", { after: [review], run: () => 1 });
});

const many = dag("many", {}, (d) => {
  for (let n = 0; n < 100; n += 1) d.sleep(`wait-${n}`, { for: "1h" });
});

export const WAIT_DAGS: readonly DagDefinition[] = [paused, reviewed, hasty, many];
