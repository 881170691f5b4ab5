/** How OpenLineage names a dataset: the namespace says where it is kept, the name which one it is there. */
export interface DatasetName {
  readonly namespace: string;
  readonly name: string;
}

/** Stores whose names are joined by points: `database.schema.table`. */
const TABLES = ["postgres", "postgresql", "mysql", "redshift", "snowflake", "oracle", "mssql", "sqlserver", "trino", "athena", "cockroachdb"];
/** Stores that are one for the whole world, or one for each machine: the authority is part of the name. */
const ONE_PLACE: Readonly<Record<string, string>> = { bigquery: "." };

/** The dataset of an asset, by OpenLineage's naming. Of an asset that no convention knows, the namespace is its scheme and authority, the name its path. */
export function datasetName(uri: string): DatasetName {
  const [, scheme = "", authority = "", rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?(.*)$/i.exec(uri) ?? [];
  if (scheme === "") return { namespace: "headgate", name: uri };
  const parts = rest.split("/").filter((part) => part !== "");
  if (scheme === "file") return { namespace: "file", name: `/${parts.join("/")}` };
  const joint = ONE_PLACE[scheme];
  if (joint !== undefined) return { namespace: scheme, name: [authority, ...parts].filter((part) => part !== "").join(joint) };
  return { namespace: `${scheme}://${authority}`, name: parts.join(TABLES.includes(scheme) ? "." : "/") || "/" };
}
