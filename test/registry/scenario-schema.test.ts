import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { POLICY_KEYS } from "../../core/conditions/policy-schema.ts";
import { HeadgateError } from "../../core/errors.ts";
import { simulate } from "../../registry/index.ts";
import { scenario as form, scenarioSchema } from "../../registry/simulate/form/scenario.ts";

const T = "2026-01-01T00:00:00Z";
const A = "s3://lake/a";
const ofDag = (dag: object): object => ({ dags: [{ id: "d", on: { asset: A }, ...dag }] });
const onNode = (on: unknown): object => ofDag({ on });
const ofEntry = (entry: object): object => ({ dags: [{ id: "d", on: { asset: A } }], timeline: [{ at: T, ...entry }] });

/** By the reader of scenarios, which names places; the form has no say in it. */
function isRead(scenario: unknown): boolean {
  try {
    simulate(scenario);
    return true;
  } catch (error) {
    if (HeadgateError.is(error) && error.code === "E_SCENARIO") return false;
    throw error;
  }
}

it("the schema in the package is that of the code: npm run headgate -- simulate --schema > registry/simulate/scenario.schema.json", () => {
  const file = createRequire(import.meta.url).resolve("headgate/scenario.schema.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(scenarioSchema());
});

it("it names each of its parts", () => {
  const { $defs = {} } = scenarioSchema() as { $defs?: object };
  expect(Object.keys($defs)).toEqual(expect.arrayContaining(["asset", "condition", "dag", "entry", "event", "filter", "mapping", "partitions"].map(nameOf)));
  expect(Object.keys($defs).filter((name) => name.startsWith("__"))).toEqual([]);
});

function nameOf(part: string): string {
  return part === "condition" ? "node" : part;
}

it("a DAG has every policy", () => {
  const { $defs } = scenarioSchema() as { $defs: { dag: { properties: object } } };
  expect(Object.keys($defs.dag.properties).sort()).toEqual(["id", "on", "runs", ...POLICY_KEYS].sort());
});

describe("the form and the reader of scenarios agree", () => {
  const scenarios: readonly [what: string, isGood: boolean, scenario: unknown][] = [
    ["nothing", true, {}],
    ["the schema's own address", true, { $schema: "./scenario.schema.json" }],
    ["no object", false, 5],
    ["an unknown key", false, { dag: [] }],
    [
      "an asset with all it can have",
      true,
      { assets: [{ uri: "s3://lake/x/{ds}/", group: ["g"], partitions: { grain: "day", tz: "UTC", start: "2026-01-01" } }] },
    ],
    ["an asset with another", false, { assets: [{ uri: A, colour: "red" }] }],
    ["a product of partitions", true, { assets: [{ uri: A, partitions: { product: [{ grain: "day" }, { keys: ["eu"] }] } }] }],
    ["a product of one", false, { assets: [{ uri: A, partitions: { product: [{ grain: "day" }] } }] }],
    ["an unknown grain", false, { assets: [{ uri: A, partitions: { grain: "fortnight" } }] }],
    ["a DAG without a condition", true, { dags: [{ id: "d" }] }],
    ["a DAG without an id", false, { dags: [{ on: { asset: A } }] }],
    ["a DAG with retries", false, ofDag({ retries: 2 })],
    ["a node of no kind", false, onNode({ assets: A })],
    ["a node of two kinds", false, onNode({ asset: A, group: "g" })],
    ["a filter", true, onNode({ asset: A, where: { rows: { gt: 1, lte: 5 }, $source: "x", or: [{ a: null }, { not: { b: [1] } }], list: { in: [1] } } })],
    ["an unknown operator", false, onNode({ asset: A, where: { rows: { above: 3 } } })],
    ["an or of no list", false, onNode({ asset: A, where: { or: {} } })],
    ["a time of day", true, onNode({ asset: A, where: { $time: { between: ["08:00", "17:00"], tz: "Europe/London" } } })],
    ["a count of none", false, onNode({ asset: A, count: 0 })],
    ["members of an asset", false, onNode({ asset: A, members: "all" })],
    ["an empty all", false, onNode({ all: [] })],
    ["atLeast without of", false, onNode({ atLeast: 1 })],
    [
      "modifiers on any node",
      true,
      onNode({ any: [{ group: "g" }, { pattern: "s3://lake/*" }], within: "1h", unless: { cron: "@daily" }, by: { [A]: ["x", "y"] } }),
    ],
    ["a duration in words", false, onNode({ asset: A, within: "1 hour" })],
    ["a silence", true, onNode({ absent: { asset: A, count: 2 }, for: "2h" })],
    ["a silence of a kept node", false, onNode({ absent: { asset: A, keep: true }, for: "2h" })],
    ["a silence without an end", false, onNode({ absent: { asset: A } })],
    ["an unknown mapping", false, onNode({ asset: A, partitions: { map: "nearest" } })],
    ["a window without its end", false, onNode({ asset: A, partitions: { map: "window", from: -6 } })],
    [
      "a wait of a share",
      true,
      { assets: [{ uri: A, partitions: { grain: "hour" } }], ...onNode({ asset: A, partitions: { map: "rollup", grain: "day", wait: { atLeast: "90%" } } }) },
    ],
    [
      "policies",
      true,
      ofDag({ mode: "each", debounce: { quiet: "1m", max: "2m" }, throttle: { limit: 1, per: "1m" }, whenFailed: { return: 2 }, priority: -1 }),
    ],
    ["an unknown mode", false, ofDag({ mode: "all" })],
    ["a debounce without max", false, ofDag({ debounce: { quiet: "1m" } })],
    ["whenFailed both ways", false, ofDag({ whenFailed: { return: 1, pause: 1 } })],
    [
      "a list of runs",
      true,
      ofDag({ runs: [{ duration: null }, { duration: 0, outcome: "failed" }, { outlets: [{ asset: "s3://lake/b", partition: null }] }] }),
    ],
    ["an unknown outcome", false, ofDag({ runs: { outcome: "ok" } })],
    ["an instant without a zone", false, { timeline: [{ at: "2026-01-01T00:00:00" }] }],
    ["an entry of nothing", true, ofEntry({})],
    ["an entry of two actions", false, ofEntry({ pause: "d", resume: "d" })],
    ["an event that is none", true, ofEntry({ event: [7, "x", { asset: 1 }] })],
    ["a finish", true, ofEntry({ finish: { dag: "d", run: 1 } })],
    ["a finish of run 0", false, ofEntry({ finish: { dag: "d", run: 0 } })],
    ["a backfill of nothing", false, ofEntry({ backfill: { dag: "d", partitions: [] } })],
    ["a repair of nothing", false, ofEntry({ repair: { asset: A, partitions: [] } })],
    ["a start", true, ofEntry({ start: { dag: "d", partition: "eu", params: { x: 1 } } })],
    ["a register", true, ofEntry({ register: { dags: [{ id: "e", on: { every: "15m" } }] } })],
  ];

  it.each(scenarios)("%s", (_, isGood, scenario) => {
    expect({ form: form.safeParse(scenario).success, reader: isRead(scenario) }).toEqual({ form: isGood, reader: isGood });
  });
});
