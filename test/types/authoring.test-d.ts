import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  absent,
  all,
  allEvents,
  any,
  asset,
  atLeast,
  type ConsumedEvent,
  cron,
  dag,
  daily,
  dynamic,
  type EventOf,
  every,
  type FreshnessData,
  freshness,
  group,
  hourly,
  type JsonObject,
  keys,
  type Outcome,
  pattern,
  product,
  type RunEndData,
  rollup,
  runEnds,
  sequence,
  type TaskRef,
  watch,
} from "../../core/index.ts";
import { lines } from "./source-of-lines.ts";

// What must compile, and what must not. `tsc` is the test: an unused `@ts-expect-error` fails it.

const raw = asset("s3://lake/types/raw/date={ds}/", {
  partitions: daily(),
  schema: z.object({
    key: z.string(),
    size: z.number(),
    kind: z.enum(["full", "delta"]).optional(),
    customer: z.object({ tier: z.string(), vip: z.boolean() }),
  }),
});
const clean = asset("s3://lake/types/clean", { schema: z.object({ rows: z.number() }) });
const customers = asset("s3://lake/types/customers");
const products = asset("s3://lake/types/products");
const byRegion = asset("s3://lake/types/regional", { partitions: keys("eu", "us"), schema: z.object({ region: z.string(), rows: z.number() }) });

test("an asset's events have the schema's output as data and the definition's keys as partition", () => {
  expectTypeOf<EventOf<typeof clean>["data"]>().toEqualTypeOf<{ rows: number }>();
  expectTypeOf<EventOf<typeof raw>["partition"]>().toEqualTypeOf<string>();
  expectTypeOf<EventOf<typeof byRegion>["partition"]>().toEqualTypeOf<"eu" | "us">();
  expectTypeOf<EventOf<typeof customers>>().toEqualTypeOf<ConsumedEvent<JsonObject, string | null>>();
  const anything = asset("s3://lake/types/anything", { partitions: dynamic() });
  expectTypeOf<EventOf<typeof anything>["partition"]>().toEqualTypeOf<string | null>();
  const both = asset("s3://lake/types/both", { partitions: product(daily(), keys("eu", "us")) });
  expectTypeOf<EventOf<typeof both>["partition"]>().toEqualTypeOf<`${string}|eu` | `${string}|us`>();
});

test("a schema whose output is not JSON, or no object, does not compile", () => {
  // @ts-expect-error dates are stored as text
  asset("s3://lake/types/dates", { schema: z.object({ at: z.date() }) });
  // @ts-expect-error the data of an event is an object
  asset("s3://lake/types/number", { schema: z.number() });
  // @ts-expect-error the data of an event is an object
  asset("s3://lake/types/list", { schema: z.array(z.string()) });
  asset("s3://lake/types/iso", {
    schema: z.object({ at: z.iso.datetime(), note: z.string().optional(), tags: z.array(z.string()), extra: z.record(z.string(), z.number()) }),
  });
});

test("a filter is typed by the schema", () => {
  raw.where({ size: { gt: 0, lte: 10 }, key: { glob: "*.parquet" }, kind: "full" });
  raw.where({ "customer.tier": { in: ["gold", "silver"] }, "customer.vip": true });
  raw.where({ $source: "s3", $partition: { glob: "2026-*" }, $time: { between: ["08:00", "17:00"], tz: "Europe/London" } });
  raw.where({ or: [{ size: 1 }, { not: { kind: { exists: true } } }] });
  customers.where({ anything: { gt: 1 }, "deep.er": "x" });
  // @ts-expect-error the schema has no field "colour"
  raw.where({ colour: "red" });
  // @ts-expect-error the schema has no field "customer.name"
  raw.where({ "customer.name": "x" });
  // @ts-expect-error size is a number
  raw.where({ size: "large" });
  // @ts-expect-error a boolean has no order
  raw.where({ "customer.vip": { gt: true } });
  // @ts-expect-error a number has no glob
  raw.where({ size: { glob: "1*" } });
  // @ts-expect-error kind is "full" or "delta"
  raw.where({ kind: "half" });
  // @ts-expect-error inside or, too
  raw.where({ or: [{ colour: "red" }] });
});

test("by and changed take fields that are there", () => {
  raw.by("customer.tier");
  raw.by("partition");
  raw.by(["partition", "key"]);
  raw.changed("size");
  all(raw, byRegion).by("partition");
  all(raw, byRegion).by({ "s3://lake/types/raw": "customer.tier", "s3://lake/types/regional": "region" });
  // @ts-expect-error no such field
  raw.changed("colour");
  // @ts-expect-error no such field
  raw.by("colour");
  // @ts-expect-error the two assets have no field in common
  all(raw, byRegion).by("key");
});

test("modifiers of a leaf are not on joined conditions, and count is on any", () => {
  any(raw, clean).count(3).within("1h");
  raw.partitions(rollup("month", { wait: { atLeast: 20, deadline: "2h" } })).keep();
  group("sales").count(2);
  pattern("s3://lake/types/*", { members: "all" }).where({ rows: { gt: 0 } });
  absent(raw.where({ size: { gt: 0 } }), { for: "2h" });
  // @ts-expect-error count is for asset, group, pattern and any
  all(raw, clean).count(2);
  // @ts-expect-error a filter belongs to one leaf
  any(raw, clean).where({ rows: 1 });
  // @ts-expect-error absent takes an asset, a group or a pattern
  absent(all(raw, clean), { for: "2h" });
  // @ts-expect-error a duration has a unit
  every("15");
  // @ts-expect-error all takes at least one
  all();
  // @ts-expect-error a list is no condition
  all([raw, clean]);
});

test("needs types the handler's argument, in either order of the properties", () => {
  dag("types-needs", { on: all(raw, customers).and(atLeast(1, byRegion, cron("0 6 * * *"))), params: z.object({ full: z.boolean().default(false) }) }, (d) => {
    const count = d.task("count", { needs: { events: raw }, run: ({ events }) => events.map((event) => event.data.size) });
    expectTypeOf(count).toEqualTypeOf<TaskRef<number[]>>();
    const both = d.task("both", {
      run: ({ sizes, regions }, ctx) => {
        expectTypeOf(sizes).toEqualTypeOf<number[]>();
        expectTypeOf(regions).items.toHaveProperty("partition").toEqualTypeOf<"eu" | "us">();
        expectTypeOf(ctx.params).toEqualTypeOf<{ full: boolean }>();
        expectTypeOf(ctx.partition).toEqualTypeOf<string | null>();
        expectTypeOf(ctx.signal).toEqualTypeOf<AbortSignal>();
        return { at: new Date(), sizes, maybe: sizes[0], none: undefined as string | undefined };
      },
      needs: { sizes: count, regions: byRegion },
    });
    expectTypeOf(both).toEqualTypeOf<TaskRef<{ at: string; sizes: number[]; maybe?: number | undefined; none?: string | undefined }>>();
    const nothing = d.task("nothing", { after: [both], run: () => undefined });
    expectTypeOf(nothing).toEqualTypeOf<TaskRef<null>>();
    // @ts-expect-error products is not in the condition
    d.task("wrong-asset", { needs: { events: products }, run: () => 1 });
    // @ts-expect-error the name is sizes
    d.task("wrong-name", { needs: { sizes: count }, run: ({ size }) => size });
    // @ts-expect-error a task comes after tasks
    d.task("wrong-after", { after: [raw], run: () => 1 });
  });
});

test("what is not JSON does not cross between tasks", () => {
  dag("types-json", { on: raw }, (d) => {
    // @ts-expect-error a Map becomes {}
    d.task("map", { run: () => new Map([["a", 1]]) });
    // @ts-expect-error a bigint cannot be written
    d.task("bigint", { run: () => ({ big: 1n }) });
    // @ts-expect-error binary data does not belong into a history
    d.task("bytes", { run: async () => new Uint8Array(3) });
    // @ts-expect-error a promise inside a value is lost
    d.task("promise", { run: () => [Promise.resolve(1)] });
    d.task("date", { run: () => new Date() });
    d.task("anything", { run: (): unknown => 1 });
  });
});

test("with another rule than all-succeeded, values are outcomes and events stay events", () => {
  dag("types-outcome", { on: clean }, (d) => {
    const load = d.task("load", { needs: { events: clean }, run: ({ events }) => events.length });
    d.task("tell", {
      needs: { load, events: clean },
      when: "all-done",
      run: ({ load: outcome, events }) => {
        expectTypeOf(outcome).toEqualTypeOf<Outcome<number>>();
        expectTypeOf(events).items.toHaveProperty("data").toEqualTypeOf<{ rows: number }>();
        return outcome.status === "succeeded" ? outcome.value : outcome.status;
      },
    });
    // @ts-expect-error no such rule
    d.task("wrong-rule", { when: "sometimes", run: () => 1 });
  });
});

test("all events of a run can be asked for, whatever the condition", () => {
  dag("types-all-events", { on: pattern("s3://lake/types/*") }, (d) => {
    d.task("count", {
      needs: { events: allEvents },
      run: ({ events }) => {
        expectTypeOf(events).toEqualTypeOf<readonly ConsumedEvent<JsonObject>[]>();
        return events.map((event) => event.asset);
      },
    });
    // @ts-expect-error a pattern has no asset to name
    d.task("pattern", { needs: { events: pattern("s3://lake/types/*") }, run: () => 1 });
  });
});

test("a task publishes its outlets only, with the data of their schemas", () => {
  dag("types-publish", { on: clean }, (d) => {
    d.task("publish", {
      outlets: [raw, customers, byRegion],
      run: (_, ctx) => {
        ctx.publish(raw, { data: { key: "a", size: 1, customer: { tier: "gold", vip: true } }, partition: "2026-01-01" });
        ctx.publish(byRegion, { data: { region: "eu", rows: 1 }, partition: "eu", merge: true });
        ctx.publish(customers);
        ctx.publish(customers, { data: { note: "x" } });
        ctx.unchanged(raw);
        // @ts-expect-error clean is no outlet of this task
        ctx.publish(clean, { data: { rows: 1 } });
        // @ts-expect-error clean is no outlet of this task
        ctx.unchanged(clean);
        // @ts-expect-error it has a schema, so data is needed
        ctx.publish(raw);
        // @ts-expect-error size is missing
        ctx.publish(raw, { data: { key: "a", customer: { tier: "gold", vip: true } } });
        // @ts-expect-error there is no such key
        ctx.publish(byRegion, { data: { region: "eu", rows: 1 }, partition: "asia" });
        // @ts-expect-error customers has no partitions
        ctx.publish(customers, { partition: "2026-01-01" });
      },
    });
    d.task("dynamic", { outlets: "dynamic", run: (_, ctx) => ctx.publish(clean, { data: { rows: 1 } }) });
    d.task("none", {
      run: (_, ctx) => {
        // @ts-expect-error a task without outlets publishes nothing
        ctx.publish(clean, { data: { rows: 1 } });
      },
    });
  });
});

test("a branch has its paths as fields, and its handler names one of them", () => {
  dag("types-branch", { on: clean }, (d) => {
    const gate = d.branch("quality", {
      needs: { events: clean },
      paths: ["promote", "quarantine"],
      run: ({ events }) => (events.length > 1 ? "promote" : "quarantine"),
    });
    d.task("keep", { after: [gate.promote], run: () => 1 });
    d.branch("several", { paths: ["a", "b"], run: async () => ["a", "b"] as const });
    // @ts-expect-error there is no such path
    d.task("wrong-path", { after: [gate.reject], run: () => 1 });
    // @ts-expect-error there is no such path
    d.branch("wrong-choice", { paths: ["a", "b"], run: () => "c" });
    // @ts-expect-error a path has no value
    d.task("wrong-need", { needs: { promote: gate.promote }, run: () => 1 });
  });
});

test("an external task has the type of its schema", () => {
  dag("types-external", { on: clean }, (d) => {
    const scored = d.external("score", { needs: { events: clean }, taskQueue: "python", activity: "score", returns: z.object({ score: z.number() }) });
    expectTypeOf(scored).toEqualTypeOf<TaskRef<{ score: number }>>();
    // @ts-expect-error what crosses is JSON
    d.external("dated", { taskQueue: "python", activity: "score", returns: z.date() });
    // @ts-expect-error an external task has no code here
    d.external("coded", { taskQueue: "python", activity: "score", returns: z.object({}), run: () => 1 });
  });
});

test("the options of a DAG are checked", () => {
  dag(
    "types-options",
    { on: raw, mode: "each", concurrency: { total: 4 }, debounce: { quiet: "5s", max: "1m" }, whenFailed: { return: 3 }, outlets: [clean] },
    () => undefined,
  );
  dag("types-by-hand", {}, (d) => {
    // @ts-expect-error without `on` there are no events
    d.task("events", { needs: { events: raw }, run: () => 1 });
  });
  // @ts-expect-error a list does not say all or any
  dag("types-list", { on: [raw, clean] }, () => undefined);
  // @ts-expect-error there is no such mode
  dag("types-mode", { on: raw, mode: "some" }, () => undefined);
  // @ts-expect-error a typing mistake
  dag("types-option", { on: raw, concurency: 1 }, () => undefined);
  // @ts-expect-error a duration has a unit
  dag("types-duration", { on: raw, expireAfter: "5" }, () => undefined);
  // @ts-expect-error parameters are an object
  dag("types-params", { params: z.string() }, () => undefined);
  // @ts-expect-error a URI is no condition
  dag("types-uri", { on: "s3://lake/types/raw" }, () => undefined);
});

test("a DAG knows its parameters", () => {
  const typed = dag("types-typed-params", { params: z.object({ day: z.string().default("2026-01-01") }) }, () => undefined);
  expectTypeOf<typeof typed extends { readonly plan: unknown } ? true : false>().toEqualTypeOf<true>();
});

test("the events of a sequence and of run ends can be asked for", () => {
  dag("types-sequence", { on: sequence(runEnds("orders-clean").where({ status: "failed" }), raw) }, (d) => {
    d.task("both", {
      needs: { ends: runEnds("orders-clean"), files: raw },
      run: ({ ends }) => {
        expectTypeOf(ends).items.toHaveProperty("data").toEqualTypeOf<RunEndData>();
        return ends.length;
      },
    });
    // @ts-expect-error the condition waits for another DAG
    d.task("other", { needs: { ends: runEnds("orders-mart") }, run: () => 1 });
  });
  // @ts-expect-error there is no such status
  runEnds("orders-clean").where({ status: "lost" });
});

test("how fresh an asset is can be waited for and asked for", () => {
  dag("types-freshness", { on: freshness(raw).where({ state: "stale" }) }, (d) => {
    d.task("told", {
      needs: { changes: freshness(raw) },
      run: ({ changes }) => {
        expectTypeOf(changes).items.toHaveProperty("data").toEqualTypeOf<FreshnessData>();
        return changes.length;
      },
    });
    // @ts-expect-error it waits for the freshness of the asset, and not for the asset
    d.task("other", { needs: { files: raw }, run: () => 1 });
  });
  // @ts-expect-error there is no such state
  freshness(raw).where({ state: "old" });
});

test("a watcher's map is typed by item and asset, and needed only where the item is not the data", () => {
  const size = asset("s3://lake/types/size", { schema: z.object({ line: z.string(), n: z.number() }) });
  watch("types-same", lines(), { publishes: size, startAt: "now" });
  watch("types-free", lines(), { publishes: customers, startAt: 12 });
  watch("types-map", lines(), {
    publishes: clean,
    every: "10s",
    map: (item) => {
      expectTypeOf(item).toEqualTypeOf<{ line: string; n: number }>();
      return item.n > 3 ? { data: { rows: item.n } } : undefined;
    },
  });
  watch("types-fan", lines(), { publishes: byRegion, map: ({ line, n }) => [{ data: { region: line, rows: n }, partition: "eu" }] });
  // @ts-expect-error the item has no rows
  watch("types-missing", lines(), { publishes: clean });
  // @ts-expect-error rows is a number
  watch("types-wrong", lines(), { publishes: clean, map: (item) => ({ data: { rows: item.line } }) });
  watch("types-several", lines(), {
    publishes: [clean, byRegion],
    map: ({ line, n }) => (n > 3 ? { asset: clean, data: { rows: n } } : [{ asset: byRegion, data: { region: line, rows: n }, partition: "eu" }]),
  });
  // @ts-expect-error of which asset does the item tell?
  watch("types-nameless", lines(), { publishes: [clean, byRegion], map: ({ n }) => ({ data: { rows: n } }) });
  // @ts-expect-error the data is that of the other asset
  watch("types-mixed", lines(), { publishes: [clean, byRegion], map: ({ line }) => ({ asset: clean, data: { region: line } }) });
  // @ts-expect-error the watcher does not publish it
  watch("types-stranger", lines(), { publishes: [clean, byRegion], map: ({ n }) => ({ asset: customers, data: { rows: n } }) });
  // @ts-expect-error several assets need a map
  watch("types-unmapped", lines(), { publishes: [clean, byRegion] });
  // @ts-expect-error a position of this source is a number
  watch("types-position", lines(), { publishes: size, startAt: "yesterday" });
});

test("three hundred assets and thirty DAGs of twenty tasks stay cheap", () => {
  // The generated project is checked by test/types/cost.test.ts; here stands only that hourly partitions have text keys.
  const hours = asset("s3://lake/types/hours", { partitions: hourly() });
  expectTypeOf<EventOf<typeof hours>["partition"]>().toEqualTypeOf<string>();
});
