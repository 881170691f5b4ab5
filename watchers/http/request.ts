import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { HeadgateError } from "../../core/errors.ts";
import { checkHost, publicLookup } from "./address.ts";

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` only: never where a redirect leads to. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
  /** Milliseconds for everything: redirects and the body. */
  readonly timeout: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** One GET with its redirects. Throws `E_SOURCE` for what is refused or too large; what the network says stays as it is. */
export async function get(request: HttpRequest): Promise<HttpAnswer> {
  const late = AbortSignal.timeout(request.timeout);
  const signal = AbortSignal.any([request.signal, late]);
  let { url } = request;
  for (let redirects = 0; ; redirects += 1) {
    if (url.protocol !== "https:" && url.protocol !== "http:") throw new HeadgateError("E_SOURCE", `${url.protocol}//${url.host} is nothing that HTTP reads`);
    if (!request.allowPrivate) checkHost(url.hostname);
    const headers = url.origin === request.url.origin ? { ...request.headers, ...request.secretHeaders } : request.headers;
    const answer = await getOnce(url, headers, request, signal).catch((error: unknown) => {
      if (late.aborted && !request.signal.aborted)
        throw new HeadgateError("E_SOURCE", `${nameOf(url)} did not answer within ${request.timeout} ms`, { cause: error });
      throw error;
    });
    const location = answer.headers.location;
    if (!REDIRECTS.has(answer.status) || location === undefined) return answer;
    if (redirects === MAX_REDIRECTS) throw new HeadgateError("E_SOURCE", `${nameOf(request.url)} redirects more than ${MAX_REDIRECTS} times`);
    const next = new URL(location, url);
    if (url.protocol === "https:" && next.protocol !== "https:") {
      throw new HeadgateError("E_SOURCE", `${nameOf(url)} redirects from https to ${next.protocol}//${next.host}`, { hint: "name the address that is meant" });
    }
    url = next;
  }
}

function getOnce(url: URL, headers: Readonly<Record<string, string>>, { allowPrivate, maxBytes }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const sent: ClientRequest = send(url, { headers, signal, agent: false, ...(allowPrivate ? {} : { lookup: publicLookup }) }, (response) => {
      readAll(response, maxBytes).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body }),
        (error: unknown) => {
          sent.destroy();
          reject(error);
        },
      );
    });
    sent.once("error", reject);
    sent.end();
  });
}

async function readAll(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new HeadgateError("E_SOURCE", `the answer is larger than ${maxBytes} bytes`, { hint: "ask for less, or raise http({ maxBytes })" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
}

/** A URL for messages: queries may hold secrets. */
export function nameOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
