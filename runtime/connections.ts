import { HeadgateError } from "../core/errors.ts";
import { type HideSecrets, hideSecretsOf } from "../core/hide-secrets.ts";

const PREFIX = "HEADGATE_CONN_";

/** Named connections. Only names enter histories, logs and the store; the URIs hold passwords and stay here. */
export interface Connections {
  readonly names: readonly string[];
  /** The URI behind a name. Throws `E_CONNECTION`, which names the variable and never shows the URI. */
  uri(name: string): string;
  /** The same for logs: without user, password and query. */
  redacted(name: string): string;
  /** The variable or the file that a name comes from. */
  origin(name: string): string;
  /** Takes the secrets of all of them out of a text that goes into a history, a log, the store or an error. */
  readonly hide: HideSecrets;
}

/** `warehouse` is in `HEADGATE_CONN_WAREHOUSE`, `eu-lake` in `HEADGATE_CONN_EU_LAKE`. */
export function connectionVariable(name: string): string {
  return PREFIX + name.replaceAll("-", "_").toUpperCase();
}

export interface ConnectionSources {
  /** By name, another variable that holds the URI. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The file of connections; a variable counts before it. */
  readonly file?: { readonly path: string; readonly uris: Readonly<Record<string, string>> };
  /** Further URIs whose secrets are hidden, such as that of the store. */
  readonly also?: readonly string[];
}

/**
 * Connections of an environment, and of a file. Malformed URIs are only reported when something asks for them: one bad connection stops
 * nothing else.
 */
export function readConnections(env: Readonly<Record<string, string | undefined>>, { also = [], file, variables = {} }: ConnectionSources = {}): Connections {
  const fromEnv = Object.keys(env)
    .filter((variable) => variable.startsWith(PREFIX) && env[variable] !== "")
    .map((variable) => variable.slice(PREFIX.length).toLowerCase().replaceAll("_", "-"));
  const names = [...new Set([...Object.keys(variables), ...fromEnv, ...Object.keys(file?.uris ?? {})])].sort();
  const variableOf = (name: string): string => variables[name] ?? connectionVariable(name);

  function find(name: string): { readonly value: string | undefined; readonly where: string } {
    const variable = variableOf(name);
    const value = env[variable];
    if (value !== undefined && value !== "") return { value, where: variable };
    return file !== undefined && Object.hasOwn(file.uris, name) ? { value: file.uris[name], where: file.path } : { value: undefined, where: variable };
  }

  function uri(name: string): string {
    const { value, where } = find(name);
    if (value === undefined || value === "") {
      throw new HeadgateError("E_CONNECTION", `the connection "${name}" is missing: ${where} is not set`, {
        where,
        hint: `set ${where} to its URI, such as postgres://user:password@host/database, or call \`headgate connections add ${name}\`${names.length === 0 ? "" : `; known connections: ${names.join(", ")}`}`,
      });
    }
    if (!URL.canParse(value)) {
      throw new HeadgateError("E_CONNECTION", `the connection "${name}" is malformed: ${where} does not hold a URI`, {
        where,
        hint: "write it as scheme://user:password@host:port/path; signs such as @, / and # in a password must be percent-encoded",
      });
    }
    return value;
  }

  return {
    names,
    uri,
    redacted: (name) => redactUri(uri(name)),
    origin: (name) => find(name).where,
    hide: hideSecretsOf([...also, ...names.flatMap((name) => find(name).value ?? [])]),
  };
}

/** A URI without what could be secret in it: `postgres://warehouse.example:5432/clean`. Of the web only the host, as paths of hooks are secrets. */
export function redactUri(uri: string): string {
  if (!URL.canParse(uri)) return "(not a URI)";
  const { protocol, host, pathname } = new URL(uri);
  // `secret:...` is nothing but a secret.
  if (!uri.slice(protocol.length).startsWith("//")) return `${protocol}***`;
  return `${protocol}//${host}${/^https?:$/.test(protocol) ? "" : pathname}`;
}
