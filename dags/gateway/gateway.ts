import { dag, NonRetryableError, watch } from "headgate";
import { s3 } from "headgate/watchers/s3";
import { quarantined, raw, validated } from "./assets.ts";
import { keysOf, lake, moveDay, readObject } from "./bucket.ts";
import { failedChecks, readRows } from "./checks.ts";

export const transactionsArrive = watch("transactions-arrive", s3({ connection: "lake", pattern: "**/*.jsonl" }), { publishes: raw, startAt: "beginning" });

/** Checks all files of a day and sends the day one of two ways. Who waits for `validated` never hears of a day that failed. */
export const qualityGateway = dag("quality-gateway", { on: raw, defaults: { retries: 5 }, tags: ["quality"] }, (d) => {
  const checked = d.task("check", {
    run: async (_, ctx) => {
      if (ctx.ds === null) throw new NonRetryableError("a run by hand needs a day: --partition 2026-11-23");
      const client = await ctx.connection(lake);
      const keys = await keysOf(client, "raw", ctx.ds);
      const rows = (await Promise.all(keys.map((key) => readObject(client, key)))).flatMap(readRows);
      return { ds: ctx.ds, files: keys.length, rows: rows.length, failed: failedChecks(rows) };
    },
  });
  const gate = d.branch("decide", {
    needs: { checked },
    paths: ["promote", "quarantine"],
    run: ({ checked }) => (checked.failed.length === 0 ? "promote" : "quarantine"),
  });
  d.task("promote", {
    needs: { checked },
    after: [gate.promote],
    outlets: [validated],
    run: async ({ checked: { ds, files, rows } }, ctx) => {
      await moveDay(await ctx.connection(lake), ds, "validated");
      ctx.publish(validated, { data: { files, rows } });
    },
  });
  d.task("quarantine", {
    needs: { checked },
    after: [gate.quarantine],
    outlets: [quarantined],
    run: async ({ checked: { ds, files, rows, failed } }, ctx) => {
      await moveDay(await ctx.connection(lake), ds, "quarantine");
      ctx.log.warn(`${ds} is quarantined`, { failed });
      ctx.publish(quarantined, { data: { files, rows, failed: [...failed] } });
    },
  });
});
