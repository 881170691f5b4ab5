import { HeadgateError } from "../../core/errors.ts";

/** What a client of the AWS SDK is made with. */
export interface AwsAccess {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/**
 * Reads a connection's URI: `aws://eu-central-1` or `aws://KEY:SECRET@eu-central-1` is AWS itself, where without a key the SDK finds
 * its credentials as everywhere (environment, profile, role of the machine); `https://KEY:SECRET@host:port/?region=eu-central-1` is
 * a compatible server. Throws `E_CONNECTION`, which never shows the URI.
 */
export function parseAwsConnection(name: string, uri: string): AwsAccess {
  const { protocol, username, password, host, hostname, pathname, searchParams } = new URL(uri);
  const sessionToken = searchParams.get("sessionToken") ?? undefined;
  const credentials =
    username === ""
      ? {}
      : {
          credentials: {
            accessKeyId: decodeURIComponent(username),
            secretAccessKey: decodeURIComponent(password),
            ...(sessionToken === undefined ? {} : { sessionToken }),
          },
        };
  if (protocol === "aws:") return { region: hostname, ...credentials };
  if (protocol === "http:" || protocol === "https:") {
    return { region: searchParams.get("region") ?? "us-east-1", endpoint: `${protocol}//${host}${pathname.replace(/\/$/, "")}`, ...credentials };
  }
  throw new HeadgateError("E_CONNECTION", `the connection "${name}" begins with ${protocol}//, which says nothing about AWS or a compatible server`, {
    hint: "write it as aws://KEY:SECRET@eu-central-1, aws://eu-central-1, or https://KEY:SECRET@host:port/?region=eu-central-1",
  });
}

/** The same for a client of S3. Buckets as parts of the host need DNS for each, which compatible servers rarely have. */
export function s3Settings(access: AwsAccess): AwsAccess & { readonly forcePathStyle: boolean } {
  return { ...access, forcePathStyle: access.endpoint !== undefined };
}
