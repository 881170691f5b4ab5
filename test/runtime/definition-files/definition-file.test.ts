import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import type { AssetDefinition, WatcherDefinition } from "../../../core/definition.ts";
import { readDefinitionFile } from "../../../runtime/definition-files/definition-file.ts";
import { definitionsSchema } from "../../../runtime/definition-files/forms.ts";
import { mapItems } from "../../../watchers/map-items.ts";

const ASSETS = `
assets:
  - uri: s3://lake/raw/orders/date={ds}/
    partitions: { grain: day, tz: Europe/London }
    owner: data-platform
    tags: [raw]
    freshness: { within: 26h }
    schema:
      type: object
      properties: { key: { type: string }, size: { type: number } }
      required: [key, size]
  - uri: s3://lake/raw/rates
    groups: sales
`;

const WATCHERS = `
watchers:
  - id: orders-arrive
    source: { kind: s3, connection: lake, pattern: "**/*.parquet" }
    publishes: s3://lake/raw/orders
    every: 10s
    startAt: beginning
    map:
      only: { storageClass: STANDARD }
      data: { key: key, size: size, part: path.0 }
  - id: rates-change
    source: { kind: http, connection: bank, url: v1/rates, items: rates, key: currency }
    publishes: s3://lake/raw/rates
`;

async function watchersOf(text: string, assets: readonly AssetDefinition[]): Promise<readonly WatcherDefinition[]> {
  const { definitions, errors } = await readDefinitionFile("watchers.yaml", text).watchers(assets);
  expect(errors).toEqual([]);
  return definitions as readonly WatcherDefinition[];
}

describe("a file of definitions", () => {
  const { assets, errors } = readDefinitionFile("dags/assets.yaml", ASSETS);

  it("defines assets as asset(...) does, with the file that they come from", () => {
    expect(errors).toEqual([]);
    expect(assets.map(({ uri }) => uri)).toEqual(["s3://lake/raw/orders", "s3://lake/raw/rates"]);
    expect(assets[0]?.catalog).toMatchObject({
      ...{ template: "s3://lake/raw/orders/date={ds}", partitions: { grain: "day", tz: "Europe/London" }, owner: "data-platform" },
      ...{ tags: ["raw"], schema: true, freshness: { within: "26h" }, jsonSchema: { required: ["key", "size"] } },
    });
    expect(assets[1]).toMatchObject({ file: "dags/assets.yaml", catalog: { groups: ["sales"], schema: false } });
  });

  it("defines watchers with the sources' own functions", async () => {
    const [orders, rates] = await watchersOf(WATCHERS, assets);
    expect(orders).toMatchObject({
      id: "orders-arrive",
      every: 10_000,
      startAt: "beginning",
      publishes: { uri: "s3://lake/raw/orders" },
      source: { kind: "s3" },
    });
    expect(rates).toMatchObject({ id: "rates-change", startAt: "now", source: { kind: "http" } });
    expect(rates?.source.describe()).toBe("http:bank/v1/rates");
    expect(rates).not.toHaveProperty("every");
  });

  it("maps items by paths, and checks their data against the schema of the file", async () => {
    const [orders] = await watchersOf(WATCHERS, assets);
    const object = {
      bucket: "lake",
      key: "raw/orders/date=2026-11-23/a.parquet",
      path: "2026-11-23/a.parquet",
      version: "1",
      modifiedAt: "2026-11-23T08:00:00Z",
    };
    const items = [
      { ...object, size: 3, storageClass: "STANDARD" },
      { ...object, size: 3, storageClass: "GLACIER" },
      { ...object, size: "large", storageClass: "STANDARD" },
    ];
    const { events, ignored, poison } = await mapItems(orders as WatcherDefinition, items);
    expect(events).toMatchObject([{ asset: "s3://lake/raw/orders", partition: "2026-11-23", data: { key: object.key, size: 3 } }]);
    expect(ignored).toBe(1);
    expect(poison[0]?.reason).toContain("E_EVENT_DATA");
  });

  it("of nothing defines nothing", async () => {
    const { assets: none, errors: wrong } = readDefinitionFile("assets.yaml", "# later\n");
    expect({ none, wrong }).toEqual({ none: [], wrong: [] });
  });
});

describe("what is wrong is said with file, line and path", () => {
  it.each([
    ["no YAML", "assets:\n  - uri: [s3://lake\n", "E_DAG_FILE", "f.yaml is no YAML", /^f\.yaml:[23]:/],
    [
      "a field that is none",
      "assets:\n  - uri: s3://lake/a\n    ownr: me\n",
      "E_DAG_FILE",
      'assets[0] of f.yaml is wrong: Unrecognized key: "ownr"',
      "f.yaml:3:11",
    ],
    ["a value of another kind", "assets:\n  - uri: 7\n", "E_DAG_FILE", "assets[0].uri of f.yaml is wrong", "f.yaml:2:10"],
    ["a URI that is none", "assets:\n  - uri: lake/a\n", "E_ASSET_URI", "assets[0] of f.yaml", "f.yaml:2:5"],
    [
      "an unknown grain",
      "assets:\n  - uri: s3://a/b\n    partitions: { grain: fortnight }\n",
      "E_DAG_FILE",
      "assets[0].partitions.grain of f.yaml",
      "f.yaml:3:26",
    ],
    [
      "an unknown source",
      "watchers:\n  - id: a\n    publishes: s3://a/b\n    source: { kind: ftp }\n",
      "E_DAG_FILE",
      "watchers[0].source.kind of f.yaml",
      "f.yaml:4:21",
    ],
    [
      "an option of another source",
      "watchers:\n  - id: a\n    publishes: s3://a/b\n    source: { kind: sqs, topic: x }\n",
      "E_DAG_FILE",
      "watchers[0].source of f.yaml",
      "f.yaml:4:33",
    ],
    [
      "a duration that is none",
      "watchers:\n  - id: a\n    publishes: s3://a/b\n    every: often\n    source: { kind: s3 }\n",
      "E_DAG_FILE",
      "watchers[0].every",
      "f.yaml:4:12",
    ],
    ["an id that is none", "watchers:\n  - id: Orders\n    publishes: s3://a/b\n    source: { kind: s3 }\n", "E_ID", "watchers[0] of f.yaml", "f.yaml:2:5"],
  ])("%s", async (_, text, code, says, where) => {
    const file = readDefinitionFile("f.yaml", text);
    const [error] = [...file.errors, ...(await file.watchers([])).errors];
    expect(error).toMatchObject({ code, message: expect.stringContaining(says), where: typeof where === "string" ? where : expect.stringMatching(where) });
  });

  it("and the other parts of the file are there all the same", async () => {
    const { assets, errors } = readDefinitionFile("f.yaml", "assets:\n  - uri: lake/a\n  - uri: s3://lake/b\n");
    expect(assets.map(({ uri }) => uri)).toEqual(["s3://lake/b"]);
    expect(errors).toHaveLength(1);
  });
});

it("the schema in the package is that of the code: npm run headgate -- check --schema > runtime/definition-files/definitions.schema.json", () => {
  const file = createRequire(import.meta.url).resolve("headgate/definitions.schema.json");
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(definitionsSchema());
});
