import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asset } from "../../../core/authoring/asset.ts";
import { buildCatalog } from "../../../core/authoring/catalog-build.ts";
import { all, cron, group, pattern } from "../../../core/authoring/conditions.ts";
import { dag } from "../../../core/authoring/dag.ts";
import { latestSlice, rollup } from "../../../core/authoring/mapping-builders.ts";
import { daily, hourly } from "../../../core/authoring/partitions.ts";
import { watch } from "../../../core/authoring/watch.ts";
import type { Definition } from "../../../core/definition.ts";
import { contentHash } from "../../../core/hash.ts";
import type { Json } from "../../../core/json.ts";
import { runEnds } from "../../../core/run-ends.ts";
import { readDefinitionFile } from "../../../runtime/definition-files/definition-file.ts";
import { lines } from "../../types/source-of-lines.ts";

const said = { owner: "me", description: "what it holds" };
const raw = asset("s3://lake/raw/date={ds}", { ...said, partitions: daily(), schema: z.object({ line: z.string(), n: z.number() }) });
const clean = asset("s3://lake/clean", said);
const hours = asset("s3://lake/hours", { ...said, partitions: hourly() });
const days = asset("s3://lake/days", { ...said, partitions: daily() });
const arrivals = watch("arrivals", lines(), { publishes: raw, every: "2s" });
const toClean = dag("to-clean", { on: raw }, (d) => d.task("work", { outlets: [clean], run: () => 1 }));
const toNothing = dag("to-nothing", { on: clean }, (d) => d.task("work", { run: () => 1 }));
const build = (...definitions: readonly Definition[]) => buildCatalog("sales", definitions, { taskQueue: "headgate-sales" });
const codes = (...definitions: readonly Definition[]) => build(...definitions).errors.map((error) => error.code);
const warningsOf = (...definitions: readonly Definition[]) => build(...definitions).warnings.map((warning) => `${warning.code} ${warning.where}`);

describe("a catalogue", () => {
  it("is all that a project deploys, sorted, as plain data with its hash", () => {
    const { catalog, warnings, errors } = build(toNothing, raw, arrivals, toClean, clean);
    const { hash, ...content } = catalog;
    expect(errors).toEqual([]);
    expect(warnings).toEqual([]);
    expect(content).toEqual({
      project: "sales",
      taskQueue: "headgate-sales",
      assets: [clean.catalog, raw.catalog],
      dags: [toClean.plan, toNothing.plan],
      watchers: [{ id: "arrivals", source: "lines", publishes: "s3://lake/raw", every: 2_000 }],
    });
    expect(hash).toBe(contentHash(content as unknown as Json));
    expect(JSON.parse(JSON.stringify(catalog))).toEqual(catalog);
  });

  it("has the same hash in whatever order the files were read, and another one when anything changes", () => {
    expect(build(arrivals, toClean, toNothing).catalog.hash).toBe(build(toNothing, toClean, arrivals, raw, raw).catalog.hash);
    expect(build(arrivals, toClean).catalog.hash).not.toBe(build(arrivals, toClean, toNothing).catalog.hash);
    expect(buildCatalog("other", [toClean], { taskQueue: "q" }).catalog.hash).not.toBe(buildCatalog("sales", [toClean], { taskQueue: "q" }).catalog.hash);
  });

  it("has the assets that DAGs and watchers only mention, too", () => {
    expect(build(toClean).catalog.assets.map((one) => one.uri)).toEqual(["s3://lake/clean", "s3://lake/raw"]);
    expect(build(arrivals).catalog.assets.map((one) => one.uri)).toEqual(["s3://lake/raw"]);
    const mentions = dag("mentions", { on: raw.unless(clean) }, (d) => d.task("work", { run: () => 1 }));
    expect(build(mentions).catalog.assets.map((one) => one.uri)).toEqual(["s3://lake/clean", "s3://lake/raw"]);
  });

  it("of nothing is empty and good", () => {
    expect(build()).toMatchObject({ errors: [], warnings: [], catalog: { assets: [], dags: [], watchers: [] } });
  });
});

describe("errors between definitions", () => {
  it("name two DAGs or two watchers with one id", () => {
    const again = dag("to-clean", { on: clean }, (d) => d.task("work", { run: () => 2 }));
    const watchesAgain = watch("arrivals", lines(), { publishes: clean });
    const { errors, catalog } = build(toClean, again, arrivals, watchesAgain);
    expect(errors.map((error) => `${error.code}: ${error.message} (${error.where})`)).toEqual([
      'E_DUPLICATE_ID: two DAGs have the id "to-clean" (dag to-clean)',
      'E_DUPLICATE_ID: two watchers have the id "arrivals" (watcher arrivals)',
    ]);
    expect(catalog.dags).toEqual([toClean.plan]);
  });

  it("let code name an asset of a file by its URI alone, but not one with partitions", () => {
    const inFile = (text: string) => readDefinitionFile("assets.yaml", text).assets;
    const named = dag("named", { on: asset("s3://lake/rates") }, (d) => d.task("work", { run: () => 1 }));
    const { catalog, errors } = build(named, ...inFile("assets: [{ uri: s3://lake/rates, owner: finance, groups: sales }]"));
    expect(errors).toEqual([]);
    expect(catalog.assets).toMatchObject([{ uri: "s3://lake/rates", owner: "finance", groups: ["sales"] }]);
    expect(codes(named, ...inFile("assets: [{ uri: s3://lake/rates, partitions: { grain: day } }]"))).toEqual(["E_ASSET_DUPLICATE"]);
    expect(codes(asset("s3://lake/rates", { owner: "me" }), ...inFile("assets: [{ uri: s3://lake/rates, owner: finance }]"))).toEqual(["E_ASSET_DUPLICATE"]);
  });

  it("name two watchers that would take the messages of one queue from each other", () => {
    const queue = (name: string) => ({ ...lines(), takesFrom: () => name });
    const watchers = [watch("orders", queue("queue://a"), { publishes: raw }), watch("returns", queue("queue://a"), { publishes: raw })];
    expect(build(...watchers, watch("others", queue("queue://b"), { publishes: raw }), arrivals).errors.map((error) => [error.code, error.message])).toEqual([
      ["E_SOURCE_SHARED", "watcher returns and watcher orders both read queue://a: each message would reach only one of them"],
    ]);
  });

  it("name a task that would take the messages of a watcher, or of another task", () => {
    const queue = (name: string) => ({ ...lines(), takesFrom: () => name });
    const takes = (id: string, name: string) =>
      dag(id, {}, (d) => {
        d.consume("take", queue(name));
        d.waitFor("wait", queue(`${name} of its own`));
        d.consume("read", lines());
      });
    const watcher = watch("orders", queue("queue://a"), { publishes: raw });
    expect(build(watcher, takes("one", "queue://a"), takes("two", "queue://b"), takes("three", "queue://c")).errors.map(({ message }) => message)).toEqual([
      "dag one, task take and watcher orders both read queue://a: each message would reach only one of them",
    ]);
    expect(codes(takes("two", "queue://b"), takes("three", "queue://b"))).toEqual(["E_SOURCE_SHARED", "E_SOURCE_SHARED"]);
  });

  it("let a DAG and a watcher share an id, and one definition come from two files", () => {
    expect(codes(toClean, toClean, watch("to-clean", lines(), { publishes: raw }))).toEqual([]);
  });

  it("name two assets with one identity, however they are written", () => {
    const { errors } = build(raw, asset("s3://lake/raw/{partition}", { ...said, partitions: daily() }), toClean);
    expect(errors.map((error) => `${error.code}: ${error.message}. ${error.hint}`)).toEqual([
      "E_ASSET_DUPLICATE: two definitions have the identity s3://lake/raw: s3://lake/raw/date={ds} and s3://lake/raw/{partition}. define it once, export it, and import it where it is needed",
    ]);
    expect(codes(asset("s3://lake/a"), asset("S3://lake//a/"))).toEqual(["E_ASSET_DUPLICATE"]);
  });

  it("print a cycle across DAGs", () => {
    const back = dag("back", { on: clean }, (d) => d.task("work", { outlets: [raw], run: (_, ctx) => ctx.unchanged(raw) }));
    const { errors } = build(toClean, back, arrivals);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      code: "E_CYCLE",
      message: "assets and DAGs form a cycle: s3://lake/clean -> dag back -> s3://lake/raw -> dag to-clean -> s3://lake/clean",
      where: "dag back",
      hint: expect.stringContaining("cycle: true in one of the DAGs"),
    });
    const allowed = dag("back", { on: clean, cycle: true }, (d) => d.task("work", { outlets: [raw], run: (_, ctx) => ctx.unchanged(raw) }));
    expect(codes(toClean, allowed)).toEqual([]);
  });

  it.each<[string, Definition, string, string]>([
    [
      "leaves that give different slices",
      dag("x", { on: all(hours, days) }, () => undefined),
      "E_CONDITION",
      "dag x: s3://lake/hours and s3://lake/days give its runs different slices: hour (UTC) and day (UTC)",
    ],
    [
      "members of a pattern that do",
      dag("x", { on: all(pattern("s3://lake/h*"), days) }, () => undefined),
      "E_CONDITION",
      "dag x: s3://lake/hours and s3://lake/days give its runs different slices: hour (UTC) and day (UTC)",
    ],
    [
      "a mapping that the asset cannot have",
      dag("x", { on: clean.partitions(rollup("day")) }, () => undefined),
      "E_CONDITION",
      "dag x, s3://lake/clean: the asset has no partitions to map",
    ],
    ["a roll-up to something finer", dag("x", { on: days.partitions(rollup("hour")) }, () => undefined), "E_CONDITION", ""],
    [
      "mode each over several slices",
      dag("x", { on: hours.partitions(rollup("day")), mode: "each" }, () => undefined),
      "E_POLICY",
      'dag x has mode "each", but its mapping of s3://lake/hours waits for more than one slice',
    ],
  ])("name %s", (_, definition, code, message) => {
    const { errors } = build(definition, hours, days);
    expect(errors.map((error) => error.code)).toEqual([code]);
    expect(errors[0]?.message).toContain(message);
  });

  it("leave alone what fits", () => {
    const fits = dag("fits", { on: all(hours.partitions(rollup("day")), days, clean, raw.partitions(latestSlice())) }, (d) => d.task("work", { run: () => 1 }));
    expect(codes(fits)).toEqual([]);
    expect(
      codes(
        dag("any", { on: hours.partitions(rollup("day", { wait: "any" })), mode: "each" }, () => undefined),
        hours,
      ),
    ).toEqual([]);
  });

  it("name a project that is no id", () => {
    expect(buildCatalog("My Sales", [], { taskQueue: "q" }).errors).toMatchObject([{ code: "E_ID", hint: 'write "my-sales"' }]);
  });
});

describe("warnings", () => {
  const empty = dag("empty", { on: clean }, () => undefined);
  const never = dag("never", { on: cron("0 0 31 2 *") }, (d) => d.task("work", { run: () => 1 }));
  const onGroup = dag("on-group", { on: group("sales") }, (d) => d.task("work", { run: () => 1 }));
  const onEnds = dag("on-ends", { on: runEnds("to-clean") }, (d) => d.task("work", { run: () => 1 }));

  it.each<[string, readonly Definition[], readonly string[]]>([
    ["an asset without owner and description", [asset("s3://lake/bare")], ["W_ASSET_OWNER asset s3://lake/bare", "W_ASSET_DESCRIPTION asset s3://lake/bare"]],
    ["an asset that is too coarse", [asset("s3://lake", said)], ["W_ASSET_COARSE asset s3://lake"]],
    ["an asset that is too fine", [asset("s3://lake/x/2026-01-01.csv", said)], ["W_ASSET_FINE asset s3://lake/x/2026-01-01.csv"]],
    ["a DAG without tasks", [empty], ["W_DAG_EMPTY dag empty"]],
    ["a day that no year has", [never], ["W_CRON_NEVER dag never"]],
    ["a group without members", [onGroup], ["W_GROUP_EMPTY dag on-group"]],
    ["a group with a member", [onGroup, asset("s3://lake/eu", { ...said, groups: "sales" })], []],
    ["the ends of a DAG that is not there", [onEnds], ["W_RUN_ENDS_UNKNOWN dag on-ends"]],
    ["the ends of a DAG that is there", [onEnds, toClean], []],
    ["a watched asset that no DAG waits for", [arrivals], ["W_ASSET_UNUSED watcher arrivals"]],
    ["a watched asset that only a group has", [watch("w", lines(), { publishes: asset("s3://lake/eu", { ...said, groups: ["sales"] }) }), onGroup], []],
  ])("%s", (_, definitions, warnings) => {
    expect(warningsOf(...definitions)).toEqual(warnings);
    expect(codes(...definitions)).toEqual([]);
  });

  it("a chain that is longer than an event may go", () => {
    const assets = Array.from({ length: 35 }, (_, n) => asset(`s3://lake/n${n}x`, said));
    const chain = assets
      .slice(1)
      .map((outlet, n) => dag(`d-${n}`, { on: assets[n] as (typeof assets)[0] }, (d) => d.task("work", { outlets: [outlet], run: () => 1 })));
    expect(build(...chain).warnings.map((warning) => warning.text)).toEqual(["an event can go through 34 DAGs, and is dropped after 32"]);
    expect(build(...chain.slice(2)).warnings).toEqual([]);
  });

  it("say what to do", () => {
    expect(build(asset("s3://lake/bare")).warnings[0]).toEqual({
      code: "W_ASSET_OWNER",
      where: "asset s3://lake/bare",
      text: "asset s3://lake/bare has no owner",
      hint: 'say who answers for it: owner: "data-platform"',
    });
  });
});
