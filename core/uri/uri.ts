import { HeadgateError } from "../errors.ts";

/** Schemes whose host is the name of a bucket or container: kept as written. */
const BUCKETS = new Set(["s3", "gs", "abfss"]);

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  amqp: "5672",
  amqps: "5671",
  ftp: "21",
  http: "80",
  https: "443",
  kafka: "9092",
  mongodb: "27017",
  mqtt: "1883",
  mqtts: "8883",
  mysql: "3306",
  nats: "4222",
  postgres: "5432",
  postgresql: "5432",
  redis: "6379",
  rediss: "6379",
  sftp: "22",
  sqlserver: "1433",
  ssh: "22",
  ws: "80",
  wss: "443",
};

/** RFC 3986, appendix B: scheme, authority, path, query. The fragment is left behind. */
const PARTS = /^([A-Za-z][A-Za-z0-9+.-]+):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s;

/** A URI in its parts, normalised. `authority` is null where the URI has none (`urn:isbn:1`). */
export interface UriParts {
  readonly scheme: string;
  readonly authority: string | null;
  /** Empty, or beginning with `/` where there is an authority. */
  readonly path: string;
  /** Without the question mark; empty if there is none. */
  readonly query: string;
}

/**
 * The one spelling of an asset URI. Scheme and host in lower case (buckets stay as written), no trailing or doubled
 * slashes, the query sorted by name, no fragment, no default port.
 *
 * @throws E_ASSET_URI without a scheme, with a password, or if it names nothing.
 * @example
 * normalizeUri("S3://Lake//raw/orders/"); // "s3://Lake/raw/orders"
 */
export function normalizeUri(uri: string): string {
  const normal = formatUri(splitUri(uri));
  // Nearly all are spelled that way already, and the caller's own text needs no second copy in memory.
  return normal === uri ? uri : normal;
}

/** The normalised parts of an asset URI; `normalizeUri` says what that means. */
export function splitUri(uri: string): UriParts {
  const match = typeof uri === "string" ? PARTS.exec(uri) : null;
  if (match === null || hasControl(uri)) throw badUri(uri, whyNoUri(uri));
  const scheme = (match[1] ?? "").toLowerCase();
  const path = (match[3] ?? "").replace(/\/{2,}/g, "/").replace(/\/$/, "");
  const query = sortQuery(match[4] ?? "");
  if (/\s$/.test(path) || /\s$/.test(query)) throw badUri(uri, "it ends with a blank");
  if (scheme === "file") return fileParts(uri, match[2] ?? "", path, query);
  const authority = match[2] === undefined ? null : normalizeAuthority(uri, scheme, match[2]);
  if ((authority === null || authority === "") && path === "") throw badUri(uri, "it names nothing after the scheme");
  return { scheme, authority, path, query };
}

export function formatUri({ scheme, authority, path, query }: UriParts): string {
  return `${scheme}:${authority === null ? "" : `//${authority}`}${path}${query === "" ? "" : `?${query}`}`;
}

/**
 * The one spelling of a pattern over asset URIs: as `normalizeUri`, as far as a text with wildcards can be. A `?` is a
 * wildcard here and never begins a query.
 */
export function normalizePattern(pattern: string): string {
  const match = /^([^/]*?):\/\/([^/]*)(.*)$/s.exec(pattern);
  if (match === null) return pattern.replace(/(?<!:)\/{2,}/g, "/").replace(/(?<=[^/])\/$/, "");
  const scheme = (match[1] ?? "").toLowerCase();
  const host = match[2] ?? "";
  const port = DEFAULT_PORTS[scheme];
  const authority =
    /[*?]/.test(scheme) || BUCKETS.has(scheme) ? host : lowerHost(port !== undefined && host.endsWith(`:${port}`) ? host.slice(0, -port.length - 1) : host);
  const path = (match[3] ?? "").replace(/\/{2,}/g, "/");
  return `${scheme}://${authority}${path === "/" && authority === "" ? path : path.replace(/\/$/, "")}`;
}

/** `file:/x`, `file:///x` and `file://localhost/x` are one file. */
function fileParts(uri: string, host: string, path: string, query: string): UriParts {
  if (!path.startsWith("/") && path !== "") throw badUri(uri, "a file URI needs an absolute path", "write it as file:///landing/orders");
  const authority = normalizeAuthority(uri, "file", host);
  return { scheme: "file", authority: authority === "localhost" ? "" : authority, path: path === "" ? "/" : path, query };
}

function normalizeAuthority(uri: string, scheme: string, authority: string): string {
  const at = authority.lastIndexOf("@");
  const user = at < 0 ? "" : authority.slice(0, at).replace(/:$/, "");
  if (user.includes(":")) {
    throw badUri(uri, "it carries a password", "put the password into a named connection, and leave it out of the URI");
  }
  const host = authority.slice(at + 1);
  const prefix = user === "" ? "" : `${user}@`;
  if (BUCKETS.has(scheme)) return prefix + host;
  // Several hosts, as Kafka and Postgres have them, are separated by commas.
  return (
    prefix +
    host
      .split(",")
      .map((one) => normalizeHost(uri, scheme, one))
      .join(",")
  );
}

function normalizeHost(uri: string, scheme: string, host: string): string {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(host);
  if (match === null) throw badUri(uri, "its host is malformed", "a port is a number, and an IPv6 address stands in brackets");
  const port = match[2] ?? "";
  return lowerHost(match[1] ?? "") + (port === "" || port === DEFAULT_PORTS[scheme] ? "" : `:${port}`);
}

/** Lower case, but for the names of placeholders. */
function lowerHost(host: string): string {
  return host.replace(/\{[^}]*\}|[^{]+/g, (part) => (part.startsWith("{") ? part : part.toLowerCase()));
}

/** By name and not by value: parameters of one name keep their order, which may mean something. */
function sortQuery(query: string): string {
  if (!query.includes("&")) return query;
  const name = (parameter: string): string => parameter.split("=", 1)[0] ?? "";
  const parameters = query.split("&").filter((parameter) => parameter !== "");
  return parameters.sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0)).join("&");
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code === 127) return true;
  }
  return false;
}

function whyNoUri(uri: unknown): string {
  if (typeof uri !== "string") return "it is no text";
  if (uri === "") return "it is empty";
  if (uri.trimStart() !== uri) return "it begins with a blank";
  if (hasControl(uri)) return "it holds a control character";
  return "it has no scheme";
}

function badUri(uri: unknown, why: string, hint = "write it as s3://bucket/path, postgres://host/schema/table or file:///folder"): HeadgateError {
  return new HeadgateError("E_ASSET_URI", `${JSON.stringify(redact(uri)) ?? String(uri)} is no asset URI: ${why}`, { hint });
}

/** The URI for a message: without its password, and not endless. */
function redact(uri: unknown): unknown {
  return typeof uri === "string" ? uri.replace(/\/\/([^/?#@:]*):[^/?#]*@/, "//$1:***@").slice(0, 300) : uri;
}
