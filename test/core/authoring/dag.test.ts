import { describe, expect, it } from "vitest";
import { z } from "zod";
import { allEvents } from "../../../core/authoring/all-events.ts";
import { asset } from "../../../core/authoring/asset.ts";
import { originOf } from "../../../core/authoring/brand.ts";
import { all, cron, group, pattern } from "../../../core/authoring/conditions.ts";
import { dag } from "../../../core/authoring/dag.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import type { Scope } from "../../../core/authoring/task.ts";
import { contentHash } from "../../../core/hash.ts";
import type { Json } from "../../../core/json.ts";
import { runEnds } from "../../../core/run-ends.ts";
import { caught, said } from "../caught.ts";

const raw = asset("s3://lake/raw/date={ds}", { partitions: daily(), schema: z.object({ key: z.string() }) });
const clean = asset("postgres://warehouse/clean/orders", { schema: z.object({ rows: z.number() }) });
const customers = asset("s3://lake/customers");

/** What the callback gets when the caller has no types. */
type Untyped = Scope<never, never> & Record<"task" | "branch" | "external", (id: unknown, spec: unknown) => never>;
const untyped = (build: (d: Untyped) => unknown): never => build as never;

describe("a DAG", () => {
  const clean_ = dag(
    "orders-clean",
    {
      on: all(raw, customers.keep()).by("partition"),
      mode: "each",
      concurrency: { total: 4 },
      expireAfter: "7d",
      params: z.object({ full: z.boolean().default(false) }),
      defaults: { retries: 2, timeout: "10m", backoff: { initial: "5s" } },
      outlets: [customers],
      tags: ["clean-layer"],
      owner: "data-platform",
      description: "cleans orders",
      meta: { tier: 1 },
    },
    (d) => {
      const load = d.task("load", { needs: { events: raw }, run: ({ events }) => events.map((event) => event.data.key) });
      const gate = d.branch("quality", { needs: { load }, paths: ["promote", "quarantine"], run: ({ load }) => (load.length > 0 ? "promote" : "quarantine") });
      const score = d.external("score", {
        needs: { keys: load },
        taskQueue: "python",
        activity: "score-orders",
        returns: z.object({ score: z.number() }),
        retries: 5,
      });
      d.task("promote", {
        needs: { load, score },
        after: [gate.promote],
        outlets: [clean, clean],
        run: ({ load }, ctx) => ctx.publish(clean, { data: { rows: load.length } }),
        timeout: "1h",
        description: "writes",
      });
      d.task("report", { after: [load, gate.quarantine], when: "all-done", outlets: "dynamic", run: () => undefined });
    },
  );

  it("is a plan without code", () => {
    expect(clean_.plan.plan).toEqual({
      version: 1,
      dag: "orders-clean",
      description: "cleans orders",
      owner: "data-platform",
      tags: ["clean-layer"],
      meta: { tier: 1 },
      on: { all: [{ asset: "s3://lake/raw" }, { asset: "s3://lake/customers", keep: true }], by: "partition" },
      policy: { mode: "each", concurrency: { total: 4 }, expireAfter: "7d" },
      tasks: [
        {
          id: "load",
          kind: "task",
          needs: [{ name: "events", asset: "s3://lake/raw" }],
          after: [],
          when: "all-succeeded",
          retries: 2,
          timeout: 600_000,
          backoff: { initial: 5_000, max: 300_000, factor: 2 },
          outlets: [],
        },
        {
          id: "quality",
          kind: "branch",
          needs: [{ name: "load", task: "load" }],
          after: [],
          when: "all-succeeded",
          retries: 2,
          timeout: 600_000,
          backoff: { initial: 5_000, max: 300_000, factor: 2 },
          outlets: [],
          paths: ["promote", "quarantine"],
        },
        {
          id: "score",
          kind: "external",
          needs: [{ name: "keys", task: "load" }],
          after: [],
          when: "all-succeeded",
          retries: 5,
          timeout: 600_000,
          backoff: { initial: 5_000, max: 300_000, factor: 2 },
          outlets: [],
          taskQueue: "python",
          activity: "score-orders",
        },
        {
          id: "promote",
          kind: "task",
          needs: [
            { name: "load", task: "load" },
            { name: "score", task: "score" },
          ],
          after: [{ task: "quality", path: "promote" }],
          when: "all-succeeded",
          retries: 2,
          timeout: 3_600_000,
          backoff: { initial: 5_000, max: 300_000, factor: 2 },
          outlets: [{ asset: "postgres://warehouse/clean/orders", schema: true }],
          description: "writes",
        },
        {
          id: "report",
          kind: "task",
          needs: [],
          after: [{ task: "load" }, { task: "quality", path: "quarantine" }],
          when: "all-done",
          retries: 2,
          timeout: 600_000,
          backoff: { initial: 5_000, max: 300_000, factor: 2 },
          outlets: [],
          dynamicOutlets: true,
        },
      ],
      outlets: [{ asset: "s3://lake/customers", schema: false }],
      params: expect.objectContaining({ type: "object" }),
    });
  });

  it("whose hash is over its canonical JSON, and which is frozen through and through", () => {
    expect(clean_.plan.hash).toBe(contentHash(clean_.plan.plan as unknown as Json));
    expect(JSON.parse(JSON.stringify(clean_.plan.plan))).toEqual(clean_.plan.plan);
    for (const part of [
      clean_,
      clean_.plan,
      clean_.plan.plan,
      clean_.plan.plan.tasks,
      clean_.plan.plan.tasks[0],
      clean_.plan.plan.policy,
      clean_.plan.plan.on,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("with its code beside it", () => {
    expect([...clean_.handlers.keys()]).toEqual(["load", "quality", "promote", "report"]);
    expect([...(clean_.returns?.keys() ?? [])]).toEqual(["score"]);
    expect((clean_.handlers.get("load") as (input: unknown) => unknown)({ events: [{ data: { key: "a" } }] })).toEqual(["a"]);
    expect([...clean_.assets.keys()].sort()).toEqual(["postgres://warehouse/clean/orders", "s3://lake/customers", "s3://lake/raw"]);
    expect(originOf(clean_)).toBe("own");
  });

  it("has one spelling of a pattern, and so one hash", () => {
    const build = (glob: string) => dag("same", { on: pattern(glob) }, () => undefined).plan;
    expect(build("S3://lake//raw/*/").plan.on).toEqual({ pattern: "s3://lake/raw/*" });
    expect(build("S3://lake//raw/*/").hash).toBe(build("s3://lake/raw/*").hash);
  });

  it("has the same hash when it is built again, and another one when anything of the plan changes", () => {
    const build = (timeout: "1m" | "2m", code: () => number) => dag("same", { on: raw }, (d) => d.task("t", { timeout, run: code })).plan.hash;
    expect(build("1m", () => 1)).toBe(build("1m", () => 2));
    expect(build("1m", () => 1)).not.toBe(build("2m", () => 1));
  });

  it("needs no condition, no policy and no tasks", () => {
    const { plan, ...rest } = dag("by-hand", {}, () => undefined);
    expect(plan.plan).toEqual({ version: 1, dag: "by-hand", tags: [], meta: {}, on: null, policy: {}, tasks: [], outlets: [], params: null });
    expect(rest).not.toHaveProperty("params");
  });

  it("has our defaults where it says nothing", () => {
    const { tasks } = dag("plain", {}, (d) => d.task("t", { run: () => 1 })).plan.plan;
    expect(tasks[0]).toMatchObject({ retries: 0, timeout: 3_600_000, backoff: { initial: 1_000, factor: 2, max: 300_000 } });
  });

  it("can ask for all events, those of groups and patterns, too", () => {
    const { tasks } = dag("all", { on: pattern("s3://lake/*").or(group("sales")) }, (d) =>
      d.task("count", { needs: { events: allEvents }, run: ({ events }) => events.length }),
    ).plan.plan;
    expect(tasks[0]?.needs).toEqual([{ name: "events", events: "all" }]);
  });

  it("can ask for the ends of runs", () => {
    const ends = runEnds("orders-clean");
    const alarm = dag("alarm", { on: ends.where({ status: "failed" }) }, (d) =>
      d.task("tell", { needs: { ends: runEnds("orders-clean") }, run: ({ ends }) => ends.length }),
    );
    expect(alarm.plan.plan.tasks[0]?.needs).toEqual([{ name: "ends", asset: "headgate://runs/orders-clean" }]);
    expect(alarm.assets.size).toBe(0);
  });
});

describe("a DAG is refused", () => {
  const taskOf =
    (spec: unknown, on: unknown = raw) =>
    () =>
      dag(
        "x",
        { on } as never,
        untyped((d) => d.task("t", spec)),
      );

  it.each<[string, () => unknown, RegExp]>([
    ["for an id in capitals", () => dag("OrdersClean", {}, () => undefined), /^E_ID: "OrdersClean" is no id of a DAG.*write "orders-clean"$/s],
    ["for an empty id", () => dag("", {}, () => undefined), /^E_ID/],
    ["for an id of 64 characters", () => dag("x".repeat(64), {}, () => undefined), /^E_ID/],
    ["for a reserved id", () => dag("default", {}, () => undefined), /^E_ID: "default" is reserved/],
    ["for an id that every object has", () => dag("constructor", {}, () => undefined), /^E_ID: "constructor" is reserved/],
    [
      "for a list in `on`",
      () => dag("x", { on: [raw, clean] } as never, () => undefined),
      /^E_CONDITION: `on` of dag x is a list of 2, not a condition\. .*wrap it in all\(a, b\) or any\(a, b\)$/s,
    ],
    ["for a URI in `on`", () => dag("x", { on: "s3://lake/raw" } as never, () => undefined), /^E_CONDITION: `on` of dag x is a string.*pass the asset/s],
    [
      "for a condition that only keeps",
      () => dag("x", { on: all(raw.keep(), customers.keep()) }, () => undefined),
      /^E_CONDITION: .*every node of it is kept/s,
    ],
    [
      "for an unknown option",
      () => dag("x", { concurency: 1 } as never, () => undefined),
      /^E_OPTION: dag x has an unknown option "concurency"\. did you mean "concurrency"\?$/,
    ],
    [
      "for an unknown default",
      () => dag("x", { defaults: { retry: 1 } } as never, () => undefined),
      /^E_OPTION: dag x, defaults has an unknown option "retry"/,
    ],
    ["for a wrong default", () => dag("x", { defaults: { timeout: "soon" } } as never, () => undefined), /^E_DURATION/],
    [
      "for a wrong policy",
      () => dag("x", { mode: "some" } as never, () => undefined),
      /^E_POLICY: dag x\.mode: "some" is not known\. it is one of "batch", "each", "latest"$/,
    ],
    ["for meta that is not JSON", () => dag("x", { meta: { at: new Date() } } as never, () => undefined), /^E_OPTION: dag x\.meta\.at is a Date/],
    ["for params that are no schema", () => dag("x", { params: { day: "string" } } as never, () => undefined), /^E_SCHEMA: "params" of dag x/],
    [
      "for outlets that are no assets",
      () => dag("x", { outlets: ["s3://lake/raw"] } as never, () => undefined),
      /^E_REFERENCE: outlets\[0\] of dag x is no asset\. define it: export const clean = asset\("s3:\/\/lake\/raw"\)/,
    ],
    ["for outlets that are no list", () => dag("x", { outlets: raw } as never, () => undefined), /^E_REFERENCE: the outlets of dag x are no list/],
    ["for run ends as an outlet", () => dag("x", { outlets: [runEnds("y")] } as never, () => undefined), /^E_REFERENCE: outlets\[0\] of dag x is no asset/],
    ["for an async callback", () => dag("x", {}, (async () => undefined) as never), /^E_OPTION: the callback of dag x is async/],
    [
      "for two tasks with one id",
      () => dag("x", {}, (d) => [d.task("t", { run: () => 1 }), d.task("t", { run: () => 2 })]),
      /^E_DUPLICATE_ID: dag x has two tasks with the id "t"/,
    ],
    ["for a task id with a slash", taskOfId("a/b"), /^E_ID: "a\/b" is no id of a task.*write "a-b"$/s],
    ["for a task without code", taskOf({}), /^E_OPTION: dag x, task t has no function in "run"/],
    ["for a task with an unknown option", taskOf({ run: () => 1, need: {} }), /did you mean "needs"\?$/],
    ["for a task without options", taskOf(undefined), /^E_OPTION: the options of dag x, task t are undefined, not an object/],
    ["for a wrong rule", taskOf({ run: () => 1, when: "sometimes" }), /^E_OPTION: .*unknown "when": "sometimes"\. it is one of all-succeeded/s],
    ["for half a retry", taskOf({ run: () => 1, retries: 0.5 }), /^E_OPTION: .*retries 0\.5/s],
    ["for no time", taskOf({ run: () => 1, timeout: "0s" }), /^E_OPTION: .*timeout of 0/s],
    ["for a backoff that shrinks", taskOf({ run: () => 1, backoff: { factor: 0.5 } }), /^E_OPTION: .*factor of 0\.5/s],
    ["for a longest wait that is too short", taskOf({ run: () => 1, backoff: { initial: "1m", max: "1s" } }), /^E_OPTION: .*backoff from 60000 ms to 1000 ms/s],
    [
      "for events of an asset outside the condition",
      taskOf({ needs: { events: clean }, run: () => 1 }),
      /^E_REFERENCE: dag x, task t needs the events of postgres:\/\/warehouse\/clean\/orders as "events".*which has s3:\/\/lake\/raw$/s,
    ],
    ["for events without a condition", taskOf({ needs: { events: raw }, run: () => 1 }, null), /put the asset into the DAG's `on`$/],
    ["for events of an asset that only resets", taskOf({ needs: { events: clean }, run: () => 1 }, raw.unless(clean)), /^E_REFERENCE/],
    ["for a need that is nothing", taskOf({ needs: { load: undefined }, run: () => 1 }), /^E_REFERENCE: need "load" of dag x, task t is undefined, not a task/],
    ["for a task after an asset", taskOf({ after: [raw], run: () => 1 }), /^E_REFERENCE: after\[0\] of dag x, task t is an asset/],
    [
      "for a group as a need",
      taskOf({ needs: { events: group("sales") }, run: () => 1 }, group("sales")),
      /^E_REFERENCE: need "events" of dag x, task t is an object, not a task/,
    ],
    ["for a name that would change the prototype", taskOf({ needs: JSON.parse('{"__proto__": 1}') as unknown, run: () => 1 }), /^E_REFERENCE: .*__proto__/s],
    [
      "for a branch without paths",
      () =>
        dag(
          "x",
          {},
          untyped((d) => d.branch("b", { paths: [], run: () => "a" })),
        ),
      /^E_OPTION: dag x, task b has no paths/,
    ],
    [
      "for a path twice",
      () =>
        dag(
          "x",
          {},
          untyped((d) => d.branch("b", { paths: ["a", "a"], run: () => "a" })),
        ),
      /has a path twice: a, a/,
    ],
    [
      "for a path that is no id",
      () =>
        dag(
          "x",
          {},
          untyped((d) => d.branch("b", { paths: ["A b"], run: () => "a" })),
        ),
      /^E_ID: "A b" is no id of a branch path.*write "a-b"$/s,
    ],
    [
      "for an external task without a queue",
      () =>
        dag(
          "x",
          {},
          untyped((d) => d.external("e", { activity: "a", returns: z.number() })),
        ),
      /^E_OPTION: dag x, task e has no taskQueue/,
    ],
    [
      "for an external task without a schema",
      () =>
        dag(
          "x",
          {},
          untyped((d) => d.external("e", { activity: "a", taskQueue: "q" })),
        ),
      /^E_SCHEMA: "returns" of dag x, task e/,
    ],
  ])("%s", (_, action, text) => {
    expect(said(action)).toMatch(text);
  });

  function taskOfId(id: string) {
    return () => dag("x", {}, (d) => d.task(id, { run: () => 1 }));
  }

  it("for a task of another DAG, also if a task here has the same id", () => {
    let foreign: unknown;
    dag("one", {}, (d) => {
      foreign = d.task("load", { run: () => 1 });
    });
    const second = () =>
      dag("two", {}, (d) => {
        d.task("load", { run: () => 1 });
        d.task("use", { needs: { load: foreign as never }, run: () => 1 });
      });
    expect(said(second)).toMatch(/^E_REFERENCE: need "load" of dag two, task use is task "load" of another DAG\. DAGs meet in assets/);
  });

  it("for a path of a branch as a value", () => {
    const build = () =>
      dag("x", {}, (d) => {
        const gate = d.branch("b", { paths: ["a"], run: () => "a" });
        d.task("t", { needs: { gate: gate.a as never }, run: () => 1 });
      });
    expect(said(build)).toMatch(/is a path of a branch, which has no value\. order it behind the branch with after: \[gate\.promote\]$/);
  });

  it("for a task that comes after dag(...) returned", () => {
    let scope: Scope<never, never> | undefined;
    dag("x", {}, (d) => {
      scope = d as never;
    });
    expect(said(() => scope?.task("late", { run: () => 1 }))).toMatch(/^E_REFERENCE: task "late" is added to dag x after dag\(\.\.\.\) returned/);
  });

  it("with the place of the mistake, and the callback's own errors come through as they are", () => {
    expect(caught(() => dag("x", {}, (d) => d.task("t", { retries: -1, run: () => 1 }))).where).toBe("dag x, task t");
    const own = new Error("mine");
    expect(() =>
      dag("x", {}, () => {
        throw own;
      }),
    ).toThrow(own);
  });
});

describe("keeping needs something that starts runs", () => {
  it.each([
    ["an asset", all(raw, customers.keep())],
    ["a tick", all(cron("@daily"), customers.keep())],
    ["a pattern", all(pattern("s3://lake/*"), customers.keep())],
  ])("%s is enough", (_, on) => {
    expect(dag("keeps", { on }, () => undefined).plan.plan.on).toEqual(on.node);
  });
});
