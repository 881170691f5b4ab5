import { asset, dag } from "headgate";
import { expectLineage } from "headgate/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bigqueryTable } from "../../dags/kit/bigquery-table.ts";
import { deltaTable } from "../../dags/kit/delta-table.ts";
import { marts, orders, topProducts, topRegions } from "../../dags/kit/marts.ts";
import { redshiftTable } from "../../dags/kit/redshift-table.ts";
import { refreshTable, tableOf } from "../../dags/kit/refresh-table.ts";
import { snowflakeTable } from "../../dags/kit/snowflake-table.ts";

describe("a table of a warehouse is one asset, however it is spelled", () => {
  it.each([
    [
      "Snowflake, which stores unquoted names in upper case",
      snowflakeTable({ account: "ACME-EU1", database: "prod", schema: "Sales", table: "orders" }),
      "snowflake://acme-eu1/PROD/SALES/ORDERS",
    ],
    [
      "Redshift, which stores them in lower case",
      redshiftTable({ connection: "dwh", database: "Prod", schema: "sales", table: "ORDERS" }),
      "redshift://dwh/prod/sales/orders",
    ],
    ["BigQuery, which tells cases apart", bigqueryTable({ project: "acme-data", dataset: "Sales", table: "orders" }), "bigquery://acme-data/Sales/orders"],
    ["Delta, which is a folder", deltaTable("s3://lake/tables/orders/"), "delta+s3://lake/tables/orders"],
  ])("%s", (_, uri, identity) => {
    expect(asset(uri).uri).toBe(identity);
  });

  it.each([
    ["an account with a slash", () => snowflakeTable({ account: "acme/eu", database: "d", schema: "s", table: "t" })],
    ["a table with a blank", () => snowflakeTable({ account: "acme", database: "d", schema: "s", table: "my table" })],
    ["a table without a name", () => redshiftTable({ connection: "dwh", database: "d", schema: "s", table: "" })],
    ["a project of BigQuery in upper case", () => bigqueryTable({ project: "ACME", dataset: "d", table: "t" })],
    ["the log of a Delta table", () => deltaTable("s3://lake/tables/orders/_delta_log")],
    ["a bucket without a folder", () => deltaTable("s3://lake/")],
  ])("but %s is refused when the file loads", (_, build) => {
    expect(build).toThrow(expect.objectContaining({ code: "E_ASSET_URI", hint: expect.any(String) }));
  });
});

describe("a task that is made from its asset", () => {
  it("has the asset as its outlet, so lineage cannot be wrong", () => {
    expectLineage([marts]).from(orders).to(topProducts);
    expectLineage([marts]).from(orders).to(topRegions);
  });

  it("reads connection, schema and table from the URI, and refuses one that names no table", () => {
    expect(tableOf(topProducts.uri)).toEqual({ connection: "warehouse", schema: "kit", table: "top_products" });
    const bucket = asset("s3://lake/top", { schema: z.object({ rows: z.number() }) });
    expect(() => dag("wrong", {}, (d) => void refreshTable(d, bucket, "select 1"))).toThrow("s3://lake/top names no table of Postgres");
  });
});
