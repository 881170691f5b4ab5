import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { DagDefinition } from "../../core/definition.ts";
import { asset, dag } from "../../core/index.ts";

export const part = asset("s3://lake/part", { schema: z.object({ n: z.number() }) });

const numbers = dag("numbers", { params: z.object({ count: z.number() }), outlets: [part] }, (d) => {
  const list = d.task("list", { run: (_, ctx) => Array.from({ length: ctx.params.count }, (_, n) => n) });
  const each = d.map("each", {
    over: list,
    limit: 100,
    outlets: [part],
    run: (n, ctx) => {
      if (n < 1_000) ctx.publish(part, { data: { n } });
      else ctx.unchanged(part);
      return n * 2;
    },
  });
  d.task("sum", { needs: { each }, run: ({ each }) => each.reduce((sum, n) => sum + n, 0) });
});

const uneven = dag("uneven", {}, (d) => {
  const list = d.task("list", { run: () => ["good", "second-time", "never"] });
  const each = d.map("each", {
    over: list,
    limit: 1,
    retries: 1,
    backoff: { initial: "100ms" },
    whenFailed: "keep",
    run: (how, ctx) => {
      ctx.log.info(how);
      if (how === "never" || (how === "second-time" && ctx.attempt === 1)) throw new Error(`${how} failed`);
      return how;
    },
  });
  d.task("tell", { needs: { each }, run: ({ each }) => each.map(({ status }) => status) });
});

const strict = dag("strict", {}, (d) => {
  const list = d.task("list", { run: () => [1, 2, 3, 4] });
  d.map("each", {
    over: list,
    limit: 1,
    whenFailed: "stop",
    run: (n) => {
      if (n === 2) throw new RangeError("two is too many");
      return n;
    },
  });
});

const parked = dag("parked", {}, (d) => {
  const list = d.task("list", { run: () => [1, 2, 3] });
  d.map("each", { over: list, limit: 2, run: (_, ctx) => sleep(120_000, undefined, { signal: ctx.signal }) });
});

export const MAP_DAGS: readonly DagDefinition[] = [numbers, uneven, strict, parked];
