import type { CatalogAsset } from "../catalog.ts";
import { formatUri, splitUri } from "../uri/uri.ts";
import type { BuildWarning } from "./warning.ts";

const DAY = "(?:19|20)\\d\\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01]))";
/** How times are written in names, the finest first, with the placeholder and the partitions that replace them. */
const TIMES: readonly { readonly form: RegExp; readonly placeholder: string; readonly partitions: string }[] = [
  { form: alone(`${DAY}[T_-]?[0-2]\\d(?::?[0-5]\\d){0,2}`), placeholder: "{hour}", partitions: "hourly()" },
  { form: alone(DAY), placeholder: "{ds}", partitions: "daily()" },
  { form: alone("(?:19|20)\\d\\d-W[0-5]\\d"), placeholder: "{week}", partitions: "weekly()" },
  { form: alone("(?:19|20)\\d\\d-Q[1-4]"), placeholder: "{quarter}", partitions: "quarterly()" },
  { form: alone("(?:19|20)\\d\\d-(?:0[1-9]|1[0-2])"), placeholder: "{month}", partitions: "monthly()" },
  { form: /(?<=^|=)(?:19|20)\d\d$/, placeholder: "{year}", partitions: "yearly()" },
];
const UUID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/i;
const NUMBERED_FILE = /^(?:part|file|chunk|batch)[-_]?\d+(?:-[^/]*)?\.[a-z0-9.]+$/i;
/** Schemes whose path begins with a database, so that one segment is still a whole database. */
const DATABASES = new Set(["postgres", "postgresql", "mysql", "sqlserver", "snowflake", "bigquery", "redshift"]);

/** What people will miss or stumble over in how an asset is named and described. */
export function checkAssetNames(asset: CatalogAsset): readonly BuildWarning[] {
  const where = `asset ${asset.uri}`;
  const warnings: BuildWarning[] = [];
  if (asset.owner === undefined) {
    warnings.push({ code: "W_ASSET_OWNER", where, text: `${where} has no owner`, hint: `say who answers for it: owner: "data-platform"` });
  }
  if (asset.description === undefined) {
    warnings.push({ code: "W_ASSET_DESCRIPTION", where, text: `${where} has no description`, hint: `say in one sentence what it holds: description: "..."` });
  }
  const coarse = coarseness(asset.uri);
  if (coarse !== undefined) {
    warnings.push({
      code: "W_ASSET_COARSE",
      where,
      text: `${where} is ${coarse}: every change in it starts everything that waits for it`,
      hint: `name the table, folder or topic that changes as one, such as ${example(asset.uri)}`,
    });
  }
  const fine = fineness(asset.uri);
  if (fine !== undefined) {
    warnings.push({ code: "W_ASSET_FINE", where, text: `${where} holds ${fine.what}, so tomorrow's is another asset`, hint: fine.hint });
  }
  return warnings;
}

function coarseness(uri: string): string | undefined {
  const { scheme, authority, path } = splitUri(uri);
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments.length === 0) {
    return authority === null || authority === "" ? "everything there is" : `all of ${authority}`;
  }
  return DATABASES.has(scheme) && segments.length === 1 ? `the whole database ${segments[0]}` : undefined;
}

function fineness(uri: string): { readonly what: string; readonly hint: string } | undefined {
  const parts = splitUri(uri);
  const segments = parts.path.split("/");
  for (const [index, segment] of segments.entries()) {
    const found = UUID.exec(segment)?.[0] ?? (NUMBERED_FILE.test(segment) ? segment : undefined);
    if (found !== undefined) {
      return { what: `"${found}"`, hint: `name the folder that it lies in: ${formatUri({ ...parts, path: segments.slice(0, index).join("/") })}` };
    }
    for (const { form, placeholder, partitions } of TIMES) {
      const date = form.exec(segment)?.[0];
      if (date !== undefined) {
        const template = formatUri({ ...parts, path: segments.with(index, segment.replace(date, placeholder)).join("/") });
        return { what: `the date "${date}"`, hint: `write a template with partitions: asset("${template}", { partitions: ${partitions} })` };
      }
    }
  }
  return undefined;
}

function example(uri: string): string {
  const { scheme } = splitUri(uri);
  return DATABASES.has(scheme) ? `${uri}/schema/table` : `${uri}/raw/orders`;
}

/** Not as a part of a longer number. */
function alone(form: string): RegExp {
  return new RegExp(`(?<![0-9])${form}(?![0-9])`);
}
