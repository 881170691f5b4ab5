/** Programs that a person might write by mistake, and the sentence that the compiler must then print. `here` marks the line. */
export interface WrongProgram {
  readonly title: string;
  readonly code: string;
  readonly says: string;
}

export const PRELUDE = `
import { all, any, asset, absent, cron, daily, dag, every, keys, runEnds, watch, type Source } from "headgate";
import { z } from "zod";
declare const files: Source<{ path: string }, number>;
const raw = asset("s3://lake/raw", { partitions: daily(), schema: z.object({ key: z.string(), size: z.number(), vip: z.boolean() }) });
const clean = asset("s3://lake/clean", { schema: z.object({ rows: z.number() }) });
const customers = asset("s3://lake/customers");
const regional = asset("s3://lake/regional", { partitions: keys("eu", "us") });
`;

export const WRONG_PROGRAMS: readonly WrongProgram[] = [
  {
    title: "a list in `on`",
    code: `dag("x", { on: [raw, clean] }, () => {});`,
    says: "a list does not say whether all or any: wrap it in all(a, b) or any(a, b)",
  },
  { title: "a URI in `on`", code: `dag("x", { on: "s3://lake/raw" }, () => {});`, says: "a URI is no condition: pass the asset that asset(...) returned" },
  { title: "a mistyped option", code: `dag("x", { on: raw, concurency: 1 }, () => {});`, says: "Did you mean to write 'concurrency'?" },
  {
    title: "parameters that are no object",
    code: `dag("x", { params: z.string() }, () => {});`,
    says: "the parameters of a run are an object: wrap the value in one",
  },
  { title: "a filter on a field that the schema lacks", code: `raw.where({ colour: "red" });`, says: "'colour' does not exist in type" },
  { title: "a filter of the wrong type", code: `raw.where({ size: "large" });`, says: "Type 'string' is not assignable to type 'number" },
  { title: "an operator that the type does not have", code: `raw.where({ vip: { gt: true } });`, says: "'gt' does not exist in type" },
  {
    title: "changed on a field that the schema lacks",
    code: `raw.changed("colour");`,
    says: `'"colour"' is not assignable to parameter of type '"key" | "size" | "vip"'`,
  },
  { title: "count on all", code: `all(raw, clean).count(2);`, says: "Property 'count' does not exist" },
  {
    title: "dates in a schema",
    code: `asset("s3://lake/x", { schema: z.object({ at: z.date() }) });`,
    says: "the output of this schema is not JSON; it is stored as JSON, so keep dates as strings (z.iso.datetime())",
  },
  { title: "data that is no object", code: `asset("s3://lake/x", { schema: z.number() });`, says: "the data of an event is an object: wrap the value in one" },
  {
    title: "data that is a list",
    code: `asset("s3://lake/x", { schema: z.array(z.string()) });`,
    says: "the data of an event is an object: wrap the list in one",
  },
  {
    title: "a Map as a result",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { run: () => new Map([["a", 1]]) }); });`,
    says: "Map and Set become {} in JSON: return an object or an array",
  },
  {
    title: "a bigint deep in a result",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { run: async () => ({ rows: [1n] }) }); });`,
    says: "a bigint is not JSON: return a string",
  },
  {
    title: "bytes as a result",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { run: () => new Uint8Array(1) }); });`,
    says: "binary data is not JSON: write it to storage and return its address",
  },
  {
    title: "a forgotten await",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { run: () => ({ rows: Promise.resolve(1) }) }); });`,
    says: "a promise becomes {} in JSON: await it",
  },
  {
    title: "events of an asset outside the condition",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { needs: { events: customers }, run: () => 1 }); });`,
    says: `'"s3://lake/customers"' is not assignable to type '"s3://lake/raw"'`,
  },
  {
    title: "a name that `needs` does not have",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { needs: { events: raw }, run: ({ event }) => 1 }); });`,
    says: "Property 'event' does not exist on type 'Given<",
  },
  {
    title: "a field that the events do not have",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { needs: { events: raw }, run: ({ events }) => events.map((e) => e.data.colour) }); });`,
    says: "Property 'colour' does not exist",
  },
  {
    title: "publishing what is no outlet",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { outlets: [clean], run: (_, ctx) => ctx.publish(customers, {}) }); });`,
    says: `'"s3://lake/customers"' is not assignable to type '"s3://lake/clean"'`,
  },
  {
    title: "publishing wrong data",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { outlets: [clean], run: (_, ctx) => ctx.publish(clean, { data: { rows: "3" } }) }); });`,
    says: "Type 'string' is not assignable to type 'number'",
  },
  {
    title: "publishing without data that the schema wants",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { outlets: [clean], run: (_, ctx) => ctx.publish(clean) }); });`,
    says: "Expected 2 arguments, but got 1",
  },
  {
    title: "publishing a key that does not exist",
    code: `dag("x", { on: raw }, (d) => { d.task("t", { outlets: [regional], run: (_, ctx) => ctx.publish(regional, { partition: "asia" }) }); });`,
    says: `'"asia"' is not assignable to type '"eu" | "us"`,
  },
  {
    title: "a map over what is no list",
    code: `dag("x", { on: raw }, (d) => { const n = d.task("n", { run: () => 3 }); d.map("m", { over: n, run: (item) => item }); });`,
    says: "Type 'number' is not assignable to type 'readonly",
  },
  {
    title: "a map whose items are not what its handler takes",
    code: `dag("x", { on: raw }, (d) => { const l = d.task("l", { run: () => ["a"] }); d.map("m", { over: l, run: (item: number) => item }); });`,
    says: "Type 'string' is not assignable to type 'number'",
  },
  {
    title: "a map whose items return a Map",
    code: `dag("x", { on: raw }, (d) => { const l = d.task("l", { run: () => ["a"] }); d.map("m", { over: l, run: () => new Map([["a", 1]]) }); });`,
    says: "Map and Set become {} in JSON: return an object or an array",
  },
  {
    title: "a path that the branch does not have",
    code: `dag("x", { on: raw }, (d) => { const gate = d.branch("b", { paths: ["a"], run: () => "a" }); d.task("t", { after: [gate.z], run: () => 1 }); });`,
    says: "Property 'z' does not exist",
  },
  {
    title: "a choice that is no path",
    code: `dag("x", { on: raw }, (d) => { d.branch("b", { paths: ["a", "b"], run: () => "z" }); });`,
    says: `'"z"' is not assignable to type '"a" | "b"`,
  },
  { title: "a watcher whose items are not the data", code: `watch("x", files, { publishes: clean });`, says: "Property 'map' is missing" },
  {
    title: "a watcher that maps to wrong data",
    code: `watch("x", files, { publishes: clean, map: (item) => ({ data: { rows: item.path } }) });`,
    says: "Type 'string' is not assignable to type 'number'",
  },
  { title: "an interval without a unit", code: `every("15");`, says: `is not assignable to parameter of type` },
  {
    title: "absence of a joined condition",
    code: `absent(all(raw, clean), { for: "2h" });`,
    says: "missing the following properties from type 'LeafCondition",
  },
  { title: "a status that a run cannot end with", code: `runEnds("orders").where({ status: "lost" });`, says: `'"lost"' is not assignable to type` },
];
