import type { S3 } from "@aws-sdk/client-s3";
import type { Connector } from "../../core/tasks/connection.ts";
import { parseAwsConnection, s3Settings } from "../../watchers/aws/connection.ts";
import { loadPackage } from "../../watchers/optional-package.ts";

/**
 * A client of S3 or a compatible server by the name of its connection: `HEADGATE_CONN_<NAME>` is `aws://eu-central-1`, or
 * `https://KEY:SECRET@host:port/?region=eu-central-1`. One client for each name and worker, closed with the worker. Its methods are
 * those of the SDK's `S3`. Opening it throws `E_PACKAGE_MISSING` without `@aws-sdk/client-s3`.
 *
 * @example
 * const lake = s3("lake");
 * d.task("keep", { run: async (_, ctx) => void (await (await ctx.connection(lake)).putObject({ Bucket: "lake", Key: "a", Body: "b" })) });
 */
export function s3(name: string): Connector<S3> {
  return {
    kind: "s3",
    name,
    async open(uri) {
      const sdk = await loadPackage(`s3("${name}")`, "@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
      return new sdk.S3(s3Settings(parseAwsConnection(name, uri)));
    },
    close: (client) => client.destroy(),
  };
}
