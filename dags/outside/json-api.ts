import { type Connector, NonRetryableError, RetryAfterError } from "headgate";

/** Asks for a path below the connection's URL and reads the JSON. */
export type JsonApi = (path: string, signal: AbortSignal) => Promise<unknown>;

/**
 * A connection of one's own: `https://bearer:TOKEN@host/base/`. Tasks get it by `ctx.connection(jsonApi("supplier"))`, tests give a
 * function in its place. The token never leaves this function.
 */
export function jsonApi(name: string): Connector<JsonApi> {
  return {
    kind: "json-api",
    name,
    open(uri) {
      const base = new URL(uri);
      const token = decodeURIComponent(base.password);
      base.username = base.password = "";
      return async (path, signal) => {
        const response = await fetch(new URL(path, base), { signal, headers: token === "" ? {} : { authorization: `Bearer ${token}` } });
        if (response.ok) return await response.json();
        const why = `${name} answered ${path} with ${response.status}`;
        if (response.status === 429 || response.status === 503) throw new RetryAfterError(why, "30s");
        // What is wrong with the request does not get better by sending it again.
        throw response.status < 500 ? new NonRetryableError(why) : new Error(why);
      };
    },
    close: () => undefined,
  };
}
