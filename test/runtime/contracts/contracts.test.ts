import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkEventData, createCheckEvents } from "../../../activities/check-events.ts";
import { createPublisher } from "../../../client/publisher.ts";
import { onContractWarning } from "../../../core/contract.ts";
import { HeadgateError } from "../../../core/errors.ts";
import { asset, contractFile, dag, watch } from "../../../core/index.ts";
import { bindContracts } from "../../../runtime/contracts/bind-contracts.ts";
import { readContract } from "../../../runtime/contracts/read-contract.ts";
import { readDefinitionFile } from "../../../runtime/definition-files/definition-file.ts";
import { createDefinitionSet } from "../../../runtime/definition-set.ts";
import { event, testDag } from "../../../testing/index.ts";
import { files } from "../../../watchers/files/index.ts";
import { mapItems } from "../../../watchers/map-items.ts";

const HEAD = "apiVersion: v3.0.2\nkind: DataContract\nid: orders\nversion: 1.2.0\nstatus: active\n";
const ORDERS = `${HEAD}schema:
  - name: orders
    logicalType: object
    properties:
      - { name: rows, logicalType: integer, required: true, logicalTypeOptions: { minimum: 1 } }
      - { name: currency, logicalType: string, quality: [{ type: library, metric: invalidValues, mustBe: 0, arguments: { validValues: [EUR, USD] } }] }
      - { name: day, logicalType: date }
      - { name: at, logicalType: timestamp }
      - { name: key, logicalType: string, primaryKey: true, logicalTypeOptions: { pattern: "^[a-z]+-[0-9]+$", maxLength: 10 } }
      - name: lines
        logicalType: array
        items:
          logicalType: object
          properties:
            - { name: sku, logicalType: string, quality: [{ type: library, metric: nullValues, mustBe: 0 }] }
`;
const GOOD = { rows: 3, key: "a-1", currency: "EUR", day: "2026-11-23", at: "2026-11-23T10:00:00Z", lines: [{ sku: "x" }], more: true };

describe("what a contract says of the data of an event", () => {
  const check = readContract(ORDERS, contractFile("orders.yaml"), "lake://sales/orders");

  it.each([
    ["is whole", {}],
    ["leaves out what may be missing, or null", { currency: null, day: null, lines: undefined }],
  ])("takes data that %s", (_, change) => {
    expect(check({ ...GOOD, ...change })).toEqual([]);
  });

  it.each([
    ["lacks what is required", { rows: undefined }, "", "must have required property 'rows'"],
    ["has null where that is required", { rows: null }, "rows", "must be integer"],
    ["has another type", { rows: "3" }, "rows", "must be integer"],
    ["is too small", { rows: 0 }, "rows", "must be >= 1"],
    ["lacks its primary key", { key: undefined }, "", "must have required property 'key'"],
    ["breaks a pattern", { key: "A" }, "key", 'must match pattern "^[a-z]+-[0-9]+$"'],
    ["is too long", { key: "abcdefgh-12" }, "key", "must NOT have more than 10 characters"],
    ["has an invalid value", { currency: "DM" }, "currency", "must be equal to one of the allowed values"],
    ["has a day that is none", { day: "23.11.2026" }, "day", "must match pattern"],
    ["has an instant that is none", { at: "noon" }, "at", "must match pattern"],
    ["breaks it deep inside", { lines: [{ sku: "x" }, {}] }, "lines[1]", "must have required property 'sku'"],
  ])("refuses data that %s", (_, change, path, message) => {
    expect(check({ ...GOOD, ...change })).toContainEqual({ path, message: expect.stringContaining(message) });
  });

  it("names the contract", () => {
    expect(check({ key: "a-1" })[0]?.message).toContain("(contract orders 1.2.0)");
  });
});

describe("a document", () => {
  const two = `${HEAD}schema:\n  - { name: orders, properties: [{ name: rows, logicalType: integer }] }\n  - { name: items, properties: [{ name: sku, logicalType: string }] }\n`;

  it.each([
    ["is no YAML", ": [", "is no YAML"],
    ["is something else", "kind: Pod", "none of ODCS 3"],
    ["has a type that there is not", ORDERS.replace("logicalType: date", "logicalType: day"), "must be equal to one of the allowed values"],
    ["has no object", HEAD, "has no object for lake://sales/orders"],
    ["has a pattern that is none", ORDERS.replace('"^[a-z]+-[0-9]+$"', '"("'), "cannot be checked"],
  ])("that %s is told of", (_, text, why) => {
    let thrown: unknown;
    try {
      readContract(text, contractFile("orders.yaml"), "lake://sales/orders");
    } catch (error) {
      thrown = error;
    }
    expect(HeadgateError.is(thrown) && thrown.code).toBe("E_CONTRACT");
    expect((thrown as Error).message).toContain(why);
  });

  it("with several objects has the one that is called as the asset, or that the asset names", () => {
    expect(readContract(two, contractFile("x.yaml"), "lake://sales/orders")({ rows: "3" })).toHaveLength(1);
    expect(readContract(two, contractFile("x.yaml", { object: "items" }), "lake://sales/orders")({ rows: "3", sku: 1 })).toMatchObject([{ path: "sku" }]);
    expect(() => readContract(two, contractFile("x.yaml"), "lake://sales/returns")).toThrow("no object for lake://sales/returns");
  });
});

describe("an asset with a contract", () => {
  const raw = asset("lake://sales/raw");
  const orders = asset("lake://sales/orders", { contract: contractFile("contracts/orders.yaml") });
  const lenient = asset("lake://sales/lenient", { contract: contractFile("contracts/orders.yaml", { object: "orders", onViolation: "warn" }) });
  const strange = asset("lake://sales/strange", { contract: contractFile("contracts/orders.yaml", { object: "orders", onViolation: "quarantine" }) });
  const lost = asset("lake://sales/lost", { contract: contractFile("contracts/none.yaml") });
  const clean = dag("clean", { on: raw }, (d) => {
    d.task("publish", { outlets: [orders], needs: { events: raw }, run: ({ events }, ctx) => ctx.publish(orders, { data: events[0]?.data as typeof GOOD }) });
  });
  const arrivals = watch("arrivals", files({ path: "landing" }), { publishes: orders, map: () => ({ data: { rows: 0 } }) });
  let root: string;
  let errors: readonly HeadgateError[];
  const warnings: string[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "headgate-contracts-"));
    await mkdir(dirname(join(root, "contracts/orders.yaml")));
    await writeFile(join(root, "contracts/orders.yaml"), ORDERS);
    errors = await bindContracts(root, [orders, lenient, strange, lost, clean, arrivals]);
    onContractWarning((uri, text) => void warnings.push(`${uri} ${text}`));
  });
  afterAll(async () => {
    onContractWarning(() => undefined);
    await rm(root, { recursive: true, force: true });
  });
  const schemas = createDefinitionSet([raw, orders, lenient, strange, lost, clean]);

  it("is checked wherever a schema is: by who publishes, and by a worker for raw signals", async () => {
    await expect(checkEventData(schemas, { asset: orders.uri, data: { rows: 0 } })).rejects.toMatchObject({ code: "E_EVENT_DATA" });
    await checkEventData(schemas, { asset: orders.uri, data: GOOD });
    const bad = { asset: orders.uri, data: { rows: 1 } };
    const { good, rejected } = await createCheckEvents(schemas)({ events: [{ asset: orders.uri, data: GOOD }, bad] });
    expect(good).toHaveLength(1);
    expect(rejected).toEqual([{ event: bad, code: "E_EVENT_DATA", why: expect.stringContaining("contract orders 1.2.0") }]);
    expect(orders.catalog).toMatchObject({ schema: true, contract: { file: "contracts/orders.yaml", onViolation: "reject" } });
  });

  it("fails the task that publishes what breaks it", async () => {
    const failed = await testDag(clean).run({ events: [event(raw, { rows: 0 })] });
    expect(failed.status).toBe("failed");
    expect(failed.error).toContain("contract orders 1.2.0");
    expect((await testDag(clean).run({ events: [event(raw, GOOD)] })).status).toBe("succeeded");
  });

  it("sends a watcher's item to the dead letters", async () => {
    const { events, poison } = await mapItems(arrivals, [{ path: "a.csv", size: 1, version: "1" }]);
    expect(events).toEqual([]);
    expect(poison[0]?.reason).toContain("contract orders 1.2.0");
  });

  it("that only warns takes the event and tells of it", async () => {
    await checkEventData(schemas, { asset: lenient.uri, data: { rows: 1 } });
    expect(warnings).toEqual([expect.stringContaining("lake://sales/lenient must have required property 'key'")]);
  });

  describe("that puts aside", () => {
    const why = expect.stringContaining("must have required property 'key' (contract orders 1.2.0)");

    it("says why of an event, to who publishes and to the registry", async () => {
      expect(await checkEventData(schemas, { asset: strange.uri, data: GOOD })).toBeUndefined();
      const bad = { asset: strange.uri, id: "7", data: { rows: 1 } };
      expect(await checkEventData(schemas, bad)).toEqual(why);
      expect(await createCheckEvents(schemas)({ events: [bad] })).toEqual({ good: [{ ...bad, quarantine: why }], rejected: [] });
      const sent: unknown[] = [];
      const publisher = createPublisher({
        send: async (_, [items = "[]"]) => void sent.push(...JSON.parse(items)),
        check: (one) => checkEventData(schemas, one),
      });
      await publisher.publish([bad, { asset: strange.uri, data: GOOD }]);
      expect(sent).toEqual([
        { ...bad, quarantine: why },
        { asset: strange.uri, data: GOOD },
      ]);
    });

    it("holds up neither the task that publishes it nor the watcher", async () => {
      const publishes = dag("strange", { on: raw }, (d) => {
        d.task("publish", { outlets: [strange], run: (_, ctx) => ctx.publish(strange, { data: { rows: 1 } as unknown as typeof GOOD }) });
      });
      const run = await testDag(publishes).run({ events: [event(raw, GOOD)] });
      expect(run.status).toBe("succeeded");
      expect(run.published()).toMatchObject([{ asset: strange.uri, data: { rows: 1 }, quarantine: why }]);
      const arrive = watch("strange-arrive", files({ path: "landing" }), { publishes: strange, map: () => ({ data: { rows: 0 } }) });
      expect(await mapItems(arrive, [{ path: "a.csv", size: 1, version: "1" }])).toMatchObject({ events: [{ quarantine: why }], poison: [] });
    });

    it("may stand in assets.yaml", () => {
      const { assets, errors: wrong } = readDefinitionFile(
        "assets.yaml",
        "assets:\n  - { uri: lake://a, contract: contracts/a.yaml }\n  - { uri: lake://b, contract: { file: contracts/b.yaml, object: b, onViolation: quarantine } }\n",
      );
      expect(wrong).toEqual([]);
      expect(assets.map(({ contract }) => contract)).toEqual([
        { kind: "contract", file: "contracts/a.yaml", onViolation: "reject" },
        { kind: "contract", file: "contracts/b.yaml", object: "b", onViolation: "quarantine" },
      ]);
    });
  });

  it("whose document cannot be read takes nothing", async () => {
    expect(errors.map(({ code, message }) => [code, message])).toEqual([["E_CONTRACT", expect.stringContaining("contracts/none.yaml could not be read")]]);
    await expect(checkEventData(schemas, { asset: lost.uri, data: GOOD })).rejects.toThrow("cannot be read");
  });
});
