/** Shortest text that is looked for: below, a hit would more often be an accident than a secret. */
const SHORTEST = 6;
const HIDDEN = "***";

/** Takes secrets out of a text. */
export type HideSecrets = (text: string) => string;

/**
 * What hides the secrets of these URIs, wherever a driver, a server or somebody's code put them: the whole URI, its password as it is
 * written and as it is meant, a user name that stands alone (a token), values of its query, and what follows the scheme where that is all.
 */
export function hideSecretsOf(uris: readonly string[]): HideSecrets {
  const secrets = [...new Set(uris.flatMap(secretsOf))].filter((secret) => secret.length >= SHORTEST).sort((a, b) => b.length - a.length);
  if (secrets.length === 0) return (text) => text;
  const pattern = new RegExp(secrets.map((secret) => secret.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
  return (text) => text.replace(pattern, HIDDEN);
}

function secretsOf(uri: string): readonly string[] {
  if (!URL.canParse(uri)) {
    // Several hosts, as a broker may have, are no URL: user and password are still found.
    const [, user = "", secret = ""] = /^[a-z][a-z0-9+.-]*:\/\/([^:@/]*):?([^@/]*)@/i.exec(uri) ?? [];
    return [uri, ...bothForms(secret === "" ? user : secret)];
  }
  const { host, password, pathname, protocol, searchParams, username } = new URL(uri);
  // `secret:<secret>`, while it is changed `secret:<new>,<old>`.
  const opaque = host === "" && username === "" ? pathname.split(",").flatMap(bothForms) : [];
  const alone = password === "" ? bothForms(username) : [];
  // A password that the URI itself says elsewhere, as `headgate:headgate@`, is no secret, and hiding it would garble every text with that word.
  const said = new Set([protocol.slice(0, -1), username, ...host.split(/[.:]/), ...pathname.split("/")]);
  const passwords = said.has(password) ? [] : bothForms(password);
  const queried = [...searchParams].filter(([name]) => SECRET_NAME.test(name)).flatMap(([, value]) => bothForms(value));
  return [uri, ...passwords, ...alone, ...opaque, ...queried];
}

const SECRET_NAME = /pass|secret|token|key|signature|credential/i;

function bothForms(text: string): readonly string[] {
  try {
    return [text, decodeURIComponent(text), encodeURIComponent(text)];
  } catch {
    return [text];
  }
}

/** The same error with its secrets hidden in message, stack, hint and causes; those that hold none stay as they are. */
export function hideInError(error: unknown, hide: HideSecrets, depth = 0): unknown {
  if (typeof error === "string") return hide(error);
  if (!(error instanceof Error) || depth > 10) return error;
  const hidden = error as { message: string; stack?: string; cause?: unknown; hint?: unknown; where?: unknown };
  for (const field of ["message", "stack", "hint", "where"] as const) {
    const text = hidden[field];
    // Only what holds a secret is written: some fields of some errors cannot be.
    if (typeof text === "string" && hide(text) !== text) Object.defineProperty(hidden, field, { value: hide(text), configurable: true, writable: true });
  }
  if (hidden.cause !== undefined) {
    const cause = hideInError(hidden.cause, hide, depth + 1);
    if (cause !== hidden.cause) hidden.cause = cause;
  }
  return error;
}

/** Fields of a log line, with texts and errors in them hidden as far as a person would look. */
export function hideInFields(fields: object, hide: HideSecrets): object {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, hideInValue(value, hide, 0)]));
}

function hideInValue(value: unknown, hide: HideSecrets, depth: number): unknown {
  if (typeof value === "string" || value instanceof Error) return hideInError(value, hide);
  if (depth > 10) return value;
  if (Array.isArray(value)) return value.map((one) => hideInValue(one, hide, depth + 1));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hideInValue(one, hide, depth + 1)]));
}
