import { asset, dag, watch } from "headgate";
import { postgres, transaction } from "headgate/connections";
import { http } from "headgate/watchers/http";
import { z } from "zod";
import { jsonApi } from "./json-api.ts";

const warehouse = postgres("warehouse");
const supplier = jsonApi("supplier");
const status = z.object({ data_version: z.number().int() });
const articles = z.array(z.object({ article: z.string().min(1), price_cents: z.number().int() }));

export const supplierCatalogue = asset("https://supplier.example/catalogue", {
  owner: "buying",
  description: "The supplier's catalogue, by its version",
  schema: status,
});
export const catalogue = asset("postgres://warehouse/shop/catalogue", {
  owner: "buying",
  description: "What the supplier sells",
  schema: z.object({ articles: z.number() }),
});

/** Asks the supplier which version its data has; a new one is an event, once. A poll that finds the old one costs a request and nothing else. */
export const catalogueVersions = watch("catalogue-versions", http({ connection: "supplier", url: "status", version: "data_version", allowPrivate: true }), {
  publishes: supplierCatalogue,
  map: ({ body }) => ({ data: status.parse(body) }),
  startAt: "beginning",
});

/** `mode: "latest"`: of several new versions only the newest is worth loading; the others are in the ledger as superseded. */
export const loadCatalogue = dag("load-catalogue", { on: supplierCatalogue, mode: "latest", defaults: { retries: 5 }, tags: ["api"] }, (d) => {
  const list = d.task("fetch", { run: async (_, ctx) => articles.parse(await (await ctx.connection(supplier))("articles", ctx.signal)) });
  d.task("replace", {
    needs: { list, versions: supplierCatalogue },
    outlets: [catalogue],
    run: async ({ list, versions }, ctx) => {
      const version = Math.max(0, ...versions.map(({ data }) => data.data_version));
      await transaction(await ctx.connection(warehouse), async (db) => {
        await db.query("delete from shop.catalogue");
        await db.query(
          "insert into shop.catalogue (article, price_cents, version) select article, price_cents, $2 from jsonb_to_recordset($1) as a (article text, price_cents bigint)",
          [JSON.stringify(list), version],
        );
      });
      ctx.publish(catalogue, { data: { articles: list.length } });
    },
  });
});
