import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";

/** Where OpenLineage events go. */
export interface LineageTransport {
  /** What it writes to, for people: without secrets. */
  readonly target: string;
  /** Resolves when it is taken. Throws `E_LINEAGE_REFUSED` if the same event would be refused again, `E_LINEAGE` if it is to be tried again. */
  send(event: JsonObject): Promise<void>;
}

/** Longest wait for an answer, in milliseconds. */
const TIMEOUT = 10_000;

/** Answers that say nothing of the event itself. */
const PASSING = [408, 425, 429];

/**
 * An OpenLineage server, as Marquez or DataHub are one.
 *
 * @param url - of the server; without a path the usual one, `/api/v1/lineage`, is taken
 */
export function httpTransport({ url, apiKey }: { readonly url: string; readonly apiKey?: string }): LineageTransport {
  const endpoint = new URL(url);
  if (endpoint.pathname === "/") endpoint.pathname = "/api/v1/lineage";
  const target = `${endpoint.origin}${endpoint.pathname}`;
  return {
    target,
    async send(event) {
      let response: Response;
      try {
        response = await fetch(endpoint, {
          method: "POST",
          headers: { "content-type": "application/json", ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
          body: JSON.stringify(event),
          signal: AbortSignal.timeout(TIMEOUT),
          redirect: "error",
        });
      } catch (cause) {
        throw new HeadgateError("E_LINEAGE", `${target} does not take lineage: ${messageOf(cause)}`, { where: "openLineage.url", cause });
      }
      const text = await response.text().catch(() => "");
      if (response.ok) return;
      const refused = response.status >= 400 && response.status < 500 && !PASSING.includes(response.status);
      // Of a wrong key or address all events would be refused: they wait until it is corrected.
      const ours = response.status === 401 || response.status === 403 || response.status === 404;
      throw new HeadgateError(refused && !ours ? "E_LINEAGE_REFUSED" : "E_LINEAGE", `${target} answered ${response.status}: ${text.slice(0, 300)}`, {
        where: "openLineage.url",
      });
    },
  };
}

/** A file with an event in each line. */
export function fileTransport(path: string): LineageTransport {
  return {
    target: path,
    async send(event) {
      try {
        await mkdir(dirname(path), { recursive: true });
        await appendFile(path, `${JSON.stringify(event)}\n`);
      } catch (cause) {
        throw new HeadgateError("E_LINEAGE", `${path} does not take lineage: ${messageOf(cause)}`, { where: "openLineage.file", cause });
      }
    },
  };
}
