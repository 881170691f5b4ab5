import { HeadgateError } from "../core/errors.ts";

const PREFIX = "HEADGATE_CONN_";

/** Named connections. Only names enter histories, logs and the store; the URIs hold passwords and stay here. */
export interface Connections {
  readonly names: readonly string[];
  /** The URI behind a name. Throws `E_CONNECTION`, which names the variable and never shows the URI. */
  uri(name: string): string;
  /** The same for logs: without user, password and query. */
  redacted(name: string): string;
}

/** `warehouse` is in `HEADGATE_CONN_WAREHOUSE`, `eu-lake` in `HEADGATE_CONN_EU_LAKE`. */
export function connectionVariable(name: string): string {
  return PREFIX + name.replaceAll("-", "_").toUpperCase();
}

/**
 * Connections of an environment. `variables` (of the config file) says for a name that another variable holds its URI.
 * Malformed URIs are only reported when something asks for them: one bad connection stops nothing else.
 */
export function readConnections(env: Readonly<Record<string, string | undefined>>, variables: Readonly<Record<string, string>> = {}): Connections {
  const fromEnv = Object.keys(env)
    .filter((variable) => variable.startsWith(PREFIX) && env[variable] !== "")
    .map((variable) => variable.slice(PREFIX.length).toLowerCase().replaceAll("_", "-"));
  const names = [...new Set([...Object.keys(variables), ...fromEnv])].sort();

  function uri(name: string): string {
    const variable = variables[name] ?? connectionVariable(name);
    const value = env[variable];
    if (value === undefined || value === "") {
      throw new HeadgateError("E_CONNECTION", `the connection "${name}" is missing: ${variable} is not set`, {
        where: variable,
        hint: `set ${variable} to its URI, such as postgres://user:password@host/database${names.length === 0 ? "" : `; known connections: ${names.join(", ")}`}`,
      });
    }
    if (!URL.canParse(value)) {
      throw new HeadgateError("E_CONNECTION", `the connection "${name}" is malformed: ${variable} does not hold a URI`, {
        where: variable,
        hint: "write it as scheme://user:password@host:port/path; signs such as @, / and # in a password must be percent-encoded",
      });
    }
    return value;
  }

  return { names, uri, redacted: (name) => redactUri(uri(name)) };
}

/** A URI without what could be secret in it: `postgres://warehouse.example:5432/clean`. */
export function redactUri(uri: string): string {
  if (!URL.canParse(uri)) return "(not a URI)";
  const { protocol, host, pathname } = new URL(uri);
  return `${protocol}//${host}${pathname}`;
}
