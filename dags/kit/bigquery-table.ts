import { tableUri } from "./table-uri.ts";

/** A table of BigQuery: `bigquery://<project>/<dataset>/<table>`. Datasets and tables have a case there. Throws `E_ASSET_URI`. */
export function bigqueryTable({ project, dataset, table }: { readonly project: string; readonly dataset: string; readonly table: string }): string {
  const base = tableUri("bigquery", { project }, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
  return base + tableUri("bigquery", { dataset, table }, /^\w{1,1024}$/).slice("bigquery:/".length);
}
