import { expect, it } from "vitest";
import { cron, dag } from "../../../core/index.ts";
import { testDag } from "../../../testing/index.ts";

it("a run of a schedule has the span of its tick, and the day of its start in the clock's zone", async () => {
  const nightly = dag("nightly", { on: cron("0 1 * * *", { tz: "Europe/Berlin" }) }, (d) => {
    d.task("says", { run: (_, ctx) => ({ interval: ctx.interval, ds: ctx.ds }) });
  });
  const interval = { start: "2026-01-01T23:30:00Z", end: "2026-01-02T23:30:00Z", tz: "Europe/Berlin" };
  const run = await testDag(nightly).run({ interval });
  expect(run.task("says").value).toEqual({ interval: { start: "2026-01-01T23:30:00.000Z", end: "2026-01-02T23:30:00.000Z" }, ds: "2026-01-02" });
  expect((await testDag(nightly).run()).task("says").value).toEqual({ interval: null, ds: null });
});
