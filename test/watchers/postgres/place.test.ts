import { expect, it } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import { assetOf } from "../../../watchers/map-items.ts";
import { tablePlace } from "../../../watchers/postgres/place.ts";

const by = { xid: "changed" };
const table = assetOf({ publishes: asset("postgres://warehouse/sales/orders") });

it("takes connection, schema and table from the asset", () => {
  expect(tablePlace({ by }, table)).toMatchObject({
    connection: "warehouse",
    schema: "sales",
    table: "orders",
    source: "postgres://warehouse/sales/orders?by=xid:changed",
  });
});

it("lets options say more than the asset", () => {
  expect(tablePlace({ by, connection: "replica" }, table)).toMatchObject({ connection: "replica", schema: "sales", table: "orders" });
  expect(tablePlace({ by, connection: "crm", table: "people" }, undefined)).toMatchObject({ connection: "crm", schema: "public", table: "people" });
});

it("is another source when the table is followed in another way: a position means nothing there", () => {
  expect(tablePlace({ by: { timestamp: "at" } }, table).source).not.toBe(tablePlace({ by }, table).source);
});

it.each([
  { what: "no table at all", options: { by }, asset: undefined },
  { what: "an asset that is no table", options: { by }, asset: assetOf({ publishes: asset("s3://lake/raw") }) },
  { what: "a table with its database", options: { by, connection: "a", table: "db.sales.orders" }, asset: undefined },
  { what: "a name that Postgres would cut off", options: { by: { xid: "x".repeat(64) } }, asset: table },
  { what: "nothing to follow by", options: { by: {} as never }, asset: table },
])("refuses $what", ({ options, asset }) => {
  expect(() => tablePlace(options, asset)).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
});
