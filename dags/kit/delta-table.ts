import { HeadgateError } from "headgate";

/**
 * A Delta table: the folder that holds its `_delta_log`, in a bucket. `delta+s3://lake/tables/orders` says that it is a table, and not
 * the files in it, which are another asset. Throws `E_ASSET_URI`.
 */
export function deltaTable(folder: `${"s3" | "gs" | "abfss"}://${string}`): string {
  if (!/^(s3|gs|abfss):\/\/[^/{}]+\/[^{}]*[^/{}]\/?$/.test(folder) || folder.includes("_delta_log")) {
    throw new HeadgateError("E_ASSET_URI", `"${folder}" is no folder of a Delta table`, {
      hint: "give the folder above _delta_log, as s3://lake/tables/orders",
    });
  }
  return `delta+${folder}`;
}
