import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { DagDefinition } from "../../core/definition.ts";
import { asset, dag, daily, NonRetryableError, RetryAfterError } from "../../core/index.ts";

/** The DAGs that the tests of runs run, here and in processes of their own. */

export const raw = asset("s3://lake/raw", { partitions: daily(), schema: z.object({ key: z.string() }) });
export const clean = asset("s3://lake/clean", { partitions: daily(), schema: z.object({ rows: z.number() }) });
export const flag = asset("s3://lake/flag", { partitions: daily() });
export const whole = asset("s3://lake/whole");
export const mart = asset("s3://lake/mart");

const one = dag("one", {}, (d) => {
  d.task("only", { run: () => 42 });
});

const urgent = dag("urgent", { priority: 7 }, (d) => {
  const first = d.task("as-the-dag", { run: () => 1 });
  d.task("later", { after: [first], priority: -1, run: () => 2 });
});

const lake = dag("lake", { on: raw, outlets: [mart] }, (d) => {
  const load = d.task("load", {
    needs: { events: raw },
    outlets: [flag],
    run: ({ events }, ctx) => ({ keys: events.map((event) => event.data.key), day: ctx.ds }),
  });
  const count = d.task("count", { needs: { load }, run: ({ load }) => load.keys.length });
  d.task("save", {
    needs: { count, load },
    outlets: [clean],
    run: ({ count, load }, ctx) => {
      ctx.log.info("saving", { count, day: load.day });
      ctx.publish(clean, { data: { rows: count } });
      ctx.publish(clean, { data: { rows: count + 1 } });
    },
  });
});

const flaky = dag("flaky", {}, (d) => {
  d.task("third-time", {
    retries: 2,
    backoff: { initial: "100ms" },
    run: (_, ctx) => {
      if (ctx.attempt < 3) throw new Error(`attempt ${ctx.attempt} fails`);
      return ctx.attempt;
    },
  });
});

const wishful = dag("wishful", {}, (d) => {
  d.task("second-time", {
    retries: 5,
    backoff: { initial: "1h" },
    run: (_, ctx) => {
      if (ctx.attempt === 1) throw new RetryAfterError("the API is busy", "100ms");
      if (ctx.attempt === 2) throw new NonRetryableError("the API has no such table");
    },
  });
});

const broken = dag("broken", {}, (d) => {
  const fails = d.task("fails", {
    run: () => {
      try {
        throw new RangeError("disk full");
      } catch (cause) {
        throw new Error("could not write", { cause });
      }
    },
  });
  d.task("never", { after: [fails], run: () => null });
  d.task("cleanup", { needs: { fails }, when: "all-done", run: ({ fails }) => fails.status });
});

const slow = dag("slow", {}, (d) => {
  d.task("hangs", { timeout: "500ms", run: (_, ctx) => sleep(60_000, undefined, { signal: ctx.signal }) });
});

const patient = dag("patient", {}, (d) => {
  const waits = d.task("waits", {
    run: async (_, ctx) => {
      ctx.log.info("waiting");
      try {
        await sleep(120_000, undefined, { signal: ctx.signal });
      } finally {
        await sleep(300);
        ctx.log.info("told to stop");
      }
    },
  });
  d.task("after", { after: [waits], when: "always", run: () => null });
  d.task("next", { after: [waits], when: "all-done", run: () => null });
});

const forked = dag("forked", {}, (d) => {
  const gate = d.branch("gate", { paths: ["left", "right"], run: () => "left" });
  const left = d.task("left", { after: [gate.left], run: () => "went left" });
  const right = d.task("right", { after: [gate.right], run: () => "went right" });
  d.task("join", { needs: { left, right }, when: "none-failed-min-one-succeeded", run: ({ left, right }) => [left.status, right.status] });
  d.task("skips", { run: (_, ctx) => ctx.skip("nothing to do") });
});

const bad = dag("bad", { params: z.object({ what: z.enum(["map", "large", "undeclared", "silent", "grain", "data"]) }) }, (d) => {
  d.task("returns", {
    outlets: [clean],
    // The compiler refuses the Map, as it should: this is what a handler without types does.
    run: (_, ctx): unknown => {
      switch (ctx.params.what) {
        case "map":
          return { rows: [{ counts: new Map() }] };
        case "large":
          ctx.unchanged(clean);
          return "x".repeat(70_000_000);
        case "undeclared":
          (ctx.publish as (asset: unknown) => void)(whole);
          return null;
        case "grain":
          ctx.publish(clean, { data: { rows: 1 }, partition: "2026-11" });
          return null;
        case "data":
          ctx.publish(clean, { data: { rows: "many" } as never, partition: "2026-11-23" });
          return null;
        default:
          return null;
      }
    },
  });
});

/** Says to a file that it began, and on its first attempt never ends. */
const mortal = dag("mortal", { params: z.object({ file: z.string() }) }, (d) => {
  d.task("works", {
    run: async (_, ctx) => {
      appendFileSync(ctx.params.file, `${process.pid} ${ctx.attempt}\n`);
      if (ctx.attempt === 1) await sleep(600_000);
      return ctx.attempt;
    },
  });
});

/** Says to a file when it begins and ends, while it has the only place of a pool. */
const guarded = dag("guarded", { params: z.object({ file: z.string(), name: z.string(), ms: z.number(), urgent: z.boolean().default(false) }) }, (d) => {
  const say = (what: "begin" | "end", { file, name }: { readonly file: string; readonly name: string }): void => appendFileSync(file, `${what} ${name}\n`);
  const way = d.branch("way", { paths: ["usual", "urgent"], run: (_, ctx) => (ctx.params.urgent ? "urgent" : "usual") });
  for (const [id, path, priority] of [["usually", way.usual, 0] as const, ["urgently", way.urgent, 1] as const]) {
    d.task(id, {
      ...{ after: [path], priority, pool: "narrow" },
      run: async (_, ctx) => {
        say("begin", ctx.params);
        await sleep(ctx.params.ms, undefined, { signal: ctx.signal }).finally(() => say("end", ctx.params));
      },
    });
  }
});

/** Blocks its thread for longer than a worker may be silent. */
const blocking = dag("blocking", {}, (d) => {
  d.task("computes", {
    run: (_, ctx) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 34_000);
      return ctx.attempt;
    },
  });
});

const remote = dag("remote", {}, (d) => {
  const rows = d.task("rows", { run: () => [1, 2, 3] });
  const sum = d.external("sum", { taskQueue: "elsewhere", activity: "addUp", needs: { rows }, returns: z.number() });
  d.task("double", { needs: { sum }, run: ({ sum }) => sum * 2 });
});

/** What its worker in another language needs is kept in the store: 1 KiB a row. */
const remoteBulky = dag("remote-bulky", { params: z.object({ rows: z.number() }) }, (d) => {
  const rows = d.task("rows", { run: (_, ctx) => Array.from({ length: ctx.params.rows }, (_, id) => ({ id, text: "x".repeat(1_000) })) });
  const early = d.task("early", { run: () => Array.from({ length: 300 }, (_, id) => ({ id, text: "x".repeat(1_000) })) });
  d.external("count", { taskQueue: "elsewhere-bulky", activity: "count", needs: { rows }, returns: z.number() });
  d.external("outcome", { taskQueue: "elsewhere-bulky", activity: "countOutcome", when: "all-done", needs: { early }, returns: z.number() });
});

const bulky = dag("bulky", {}, (d) => {
  const rows = d.task("rows", { run: () => Array.from({ length: 300 }, (_, id) => ({ id, text: "x".repeat(1_000) })) });
  d.task("count", { needs: { rows }, run: ({ rows }) => rows.length });
});

/** Its work ends only when it is told to. */
const rented = dag("rented", { deadline: "6s" }, (d) => {
  const up = d.task("up", { run: () => ({ id: "c1" }) });
  const work = d.group("work", { after: [up] }, (g) => {
    g.task("waits", { run: (_, ctx) => sleep(120_000, undefined, { signal: ctx.signal }) });
    g.task("never", { startTimeout: "1h", after: [g.sleep("hour", { for: "1h" })], run: () => null });
  });
  d.teardown("down", { setup: up, after: [work], run: ({ setup }, ctx) => ctx.log.info("torn down", { id: setup.id }) });
  d.onFailure("alert", { run: (failure, ctx) => ctx.log.info("alert", { code: failure.code, statuses: Object.values(failure.tasks).sort() }) });
  d.onSuccess("thank", { run: () => null });
});

const child = dag("child", { params: z.object({ fails: z.boolean().default(false), waits: z.boolean().default(false) }), outlets: [whole] }, (d) => {
  d.task("works", {
    run: async (_, ctx) => {
      if (ctx.params.waits) await sleep(120_000, undefined, { signal: ctx.signal });
      if (ctx.params.fails) throw new Error("no rows");
    },
  });
});
/** Its second run succeeds. */
const flighty = dag("flighty", { params: z.object({ good: z.number() }) }, (d) => {
  d.task("works", {
    run: (_, ctx) => {
      if (!ctx.run.id.endsWith(`.${ctx.params.good}`)) throw new Error(`not in ${ctx.run.id}`);
    },
  });
});
const stubborn = dag("stubborn", { params: z.object({ good: z.number() }) }, (d) => {
  const given = d.task("given", { run: (_, ctx) => ctx.params });
  const sub = d.run("sub", flighty, { params: given, retries: 1, backoff: { initial: "100ms" } });
  d.task("after", { needs: { sub }, run: ({ sub }) => sub.run });
});
const parent = dag("parent", { params: z.object({ waits: z.boolean().default(false) }) }, (d) => {
  const given = d.task("given", { run: (_, ctx) => ({ waits: ctx.params.waits }) });
  const ok = d.run("ok", child, { params: given });
  d.run("bad", child, { params: { fails: true }, partition: null });
  d.task("after", { needs: { ok }, run: ({ ok }) => ok });
});

export const DAGS: readonly DagDefinition[] = [
  bulky,
  one,
  urgent,
  lake,
  flaky,
  wishful,
  broken,
  slow,
  patient,
  forked,
  bad,
  mortal,
  guarded,
  remote,
  remoteBulky,
  flighty,
  stubborn,
  blocking,
  rented,
  child,
  parent,
];
