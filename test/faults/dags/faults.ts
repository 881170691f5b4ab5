import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { asset, type ConsumedEvent, dag, daily, hourly, rollup, type TaskContext, watch } from "headgate";
import { files } from "headgate/watchers/files";
import { z } from "zod";
import { faultLog } from "./fault-log.ts";

const about = { owner: "tests", description: "what the fault tests publish" };

/** Data of these events: `work` is how long the task works, in milliseconds; `until` is a file that it waits for. */
export const each = asset("fault://lake/each", about);
export const batch = asset("fault://lake/batch", about);
export const slow = asset("fault://lake/slow", about);
export const burst = asset("fault://lake/burst", about);
export const after = asset("fault://lake/after", about);
export const landing = asset("fault://landing/files", about);
export const checked = asset("fault://lake/checked", { ...about, schema: z.object({ n: z.number() }) });
export const days = asset("fault://lake/days", { ...about, partitions: daily({ tz: "UTC" }) });
export const results = asset("fault://lake/results", about);
export const twice = asset("fault://lake/twice", about);
export const hours = asset("fault://lake/hours", { ...about, partitions: hourly({ tz: "UTC" }) });
export const hoursDone = asset("fault://lake/hours-done", { ...about, partitions: hourly({ tz: "UTC" }) });
export const many = asset("fault://lake/many", about);

/** Writes what it got before it works: an attempt that is killed has left its line. */
async function note(events: readonly ConsumedEvent[], ctx: TaskContext): Promise<void> {
  const log = await ctx.connection(faultLog);
  log.append(events.map((event) => ({ run: ctx.run.id, event: event.id, attempt: ctx.attempt, pid: process.pid })));
  const wanted = events.map((event) => event.data as { readonly work?: number; readonly until?: string });
  const work = Math.max(0, ...wanted.map((data) => data?.work ?? 0));
  if (work > 0) await sleep(work, undefined, { signal: ctx.signal });
  for (const { until } of wanted.map((data) => data ?? {})) {
    while (until !== undefined && !existsSync(until)) await sleep(50, undefined, { signal: ctx.signal });
  }
}

export const faultEach = dag("fault-each", { on: each, mode: "each", concurrency: 40 }, (d) => {
  d.task("works", { needs: { events: each }, run: ({ events }, ctx) => note(events, ctx) });
});

/** As many in one run as there are. */
export const faultMany = dag("fault-many", { on: many, batch: { max: 50_000 }, concurrency: 8 }, (d) => {
  d.task("works", { needs: { events: many }, run: ({ events }, ctx) => note(events, ctx) });
});

export const faultBatch = dag("fault-batch", { on: batch }, (d) => {
  d.task("works", { needs: { events: batch }, run: ({ events }, ctx) => note(events, ctx) });
});

export const faultBurst = dag("fault-burst", { on: burst, mode: "each", concurrency: 1_000 }, (d) => {
  d.task("works", { needs: { events: burst }, run: ({ events }, ctx) => note(events, ctx) });
});

export const faultSlow = dag("fault-slow", { on: slow, mode: "each", concurrency: 5 }, (d) => {
  d.task("works", { needs: { events: slow }, outlets: [after], run: ({ events }, ctx) => note(events, ctx) });
});

export const faultAfter = dag("fault-after", { on: after }, (d) => {
  d.task("works", { needs: { events: after }, run: ({ events }, ctx) => note(events, ctx) });
});

export const faultLanding = dag("fault-landing", { on: landing, mode: "each", concurrency: 40 }, (d) => {
  d.task("works", { needs: { events: landing }, run: ({ events }, ctx) => note(events, ctx) });
});

export const faultChecked = dag("fault-checked", { on: checked, mode: "each", concurrency: 20 }, (d) => {
  d.task("works", { needs: { events: checked }, run: ({ events }, ctx) => note(events, ctx) });
});

export const faultDays = dag("fault-days", { on: days }, (d) => {
  d.task("works", { needs: { events: days }, run: ({ events }, ctx) => note(events, ctx) });
});

/** One line for each attempt, with the slice in the event's place. */
async function noteSlice(ctx: TaskContext): Promise<void> {
  const log = await ctx.connection(faultLog);
  log.append([{ run: ctx.run.id, event: ctx.partition ?? "", attempt: ctx.attempt, pid: process.pid }]);
  await sleep(400, undefined, { signal: ctx.signal });
}

export const faultHours = dag("fault-hours", { on: hours }, (d) => {
  d.task("works", { outlets: [hoursDone], run: (_, ctx) => noteSlice(ctx) });
});

/** A day of 24 hours. */
export const faultHoursDay = dag("fault-hours-day", { on: hoursDone.partitions(rollup("day")) }, (d) => {
  d.task("works", { run: (_, ctx) => noteSlice(ctx) });
});

/** Returns what no task may return: the event's id says which. */
export const faultResults = dag("fault-results", { on: results, mode: "each", concurrency: 10 }, (d) => {
  d.task("returns", {
    needs: { events: results },
    run: ({ events }): string => {
      const kind = events[0]?.id;
      if (kind === "not-json") return new Map([["a", 1]]) as unknown as string;
      return kind === "large" ? "x".repeat(65 * 1024 * 1024) : "small";
    },
  });
});

export const faultTwice = dag("fault-twice", {}, (d) => {
  d.task("publishes", {
    outlets: [twice],
    run: (_, ctx) => {
      ctx.publish(twice);
      ctx.publish(twice);
    },
  });
});

export const faultTwiceAfter = dag("fault-twice-after", { on: twice, mode: "each", concurrency: 5 }, (d) => {
  d.task("works", { needs: { events: twice }, run: ({ events }, ctx) => note(events, ctx) });
});

/** Below the folder in which the worker was started: each test has its own. */
export const arrivals = watch("fault-files", files({ path: "landing", pattern: "**/*.txt", settle: "20ms" }), {
  publishes: landing,
  every: "200ms",
  startAt: "beginning",
  map: (file) => ({ data: { path: file.path } }),
});
