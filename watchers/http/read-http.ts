import { HeadgateError, messageOf } from "../../core/errors.ts";
import { contentHash } from "../../core/hash.ts";
import type { Batch, PoisonItem, ReadContext, SeenItem } from "../../core/source.ts";
import { wait } from "../backoff.ts";
import { createKnownItems } from "../known-items.ts";
import { rawText } from "../raw-text.ts";
import type { HttpItem } from "./http.ts";
import { get, type HttpAnswer, type HttpRequest, nameOf } from "./request.ts";
import { retryAfter } from "./retry-after.ts";

/** Where an API stands. */
export interface HttpCursor {
  /** As the server gave them, for the next request. */
  readonly etag?: string;
  readonly lastModified?: string;
  /** Of the whole answer: the version that was seen last, and the how manyth change it was. */
  readonly version?: string;
  readonly changes?: number;
  /** Of a list that is begun from now: `taken` when what was there is known. */
  readonly stock?: "taken";
}

export interface HttpReading {
  readonly request: Omit<HttpRequest, "signal">;
  readonly items?: string;
  readonly key: string;
  readonly version?: string;
}

type HttpBatch = Batch<HttpItem, HttpCursor>;

/** Items of one batch: as many as one signal carries. */
const BATCH = 200;

/** Polls for ever. */
export async function* readHttp(reading: HttpReading, context: ReadContext<HttpCursor>): AsyncGenerator<HttpBatch> {
  const { signal, log } = context;
  const read = reading.items === undefined ? readWhole : readList;
  const known = createKnownItems<HttpItem>(context.seen, toSeen);
  let cursor: HttpCursor = context.cursor ?? (typeof context.startAt === "object" ? context.startAt : {});
  /** Said once a session: an item that cannot be understood comes with each poll. */
  const said = new Set<string>();
  const fromNow = context.cursor === undefined && context.startAt === "now";

  while (!signal.aborted) {
    const answer = await ask(reading.request, cursor, signal);
    let pause = context.every;
    if (answer.status === 429 || answer.status === 503) {
      const seconds = retryAfter(answer.headers["retry-after"], Date.now());
      if (seconds === undefined) throw refused(reading.request.url, answer.status);
      log.warn(`${nameOf(reading.request.url)} answers ${answer.status} and asks to wait ${Math.round(seconds)} s`);
      pause = Math.max(pause, seconds * 1000);
      yield { items: [] };
    } else if (answer.status === 304) yield { items: [] };
    else if (answer.status !== 200) throw refused(reading.request.url, answer.status);
    else yield* read(answer);
    await wait(pause, signal);
  }

  async function* readWhole(answer: HttpAnswer): AsyncGenerator<HttpBatch> {
    const body = parse(answer, reading.request.url);
    const version = versionOf(body, answer);
    const next = { ...validatorsOf(answer), version, changes: cursor.changes ?? 0 };
    const isNews = cursor.version !== version && !isOlder(version, cursor.version);
    if (!isNews) {
      yield { items: [] };
      return;
    }
    const first = fromNow && cursor.version === undefined;
    if (first) log.info(`what ${nameOf(reading.request.url)} says now is taken as known; a reset to the beginning publishes it`);
    cursor = { ...next, changes: next.changes + 1 };
    // The same content can come again later: the how manyth change it is tells them apart, where the API has no version of its own.
    const name = reading.version === undefined ? `${cursor.changes}.${version}` : version;
    yield { items: first ? [] : [{ version: name, body }], cursor };
  }

  async function* readList(answer: HttpAnswer): AsyncGenerator<HttpBatch> {
    const body = parse(answer, reading.request.url);
    const list = pick(body, reading.items ?? "");
    if (!Array.isArray(list)) {
      throw new HeadgateError("E_SOURCE", `the answer of ${nameOf(reading.request.url)} has no list at "${reading.items}"`, {
        hint: "correct http({ items })",
      });
    }
    const poison: PoisonItem[] = [];
    const found = new Map<string, HttpItem>();
    for (const [index, one] of list.entries()) {
      const key = textOf(pick(one, reading.key));
      const id = key ?? `item-${contentHash(one)}`;
      if (key === undefined && !said.has(id)) poison.push({ id, reason: `item ${index} has no "${reading.key}"`, raw: rawText(one) });
      if (key === undefined) said.add(id);
      else found.set(key, { key, version: textOf(pick(one, reading.version)) ?? contentHash(one), body: one });
    }
    const unknown = await known.without([...found.values()]);
    const first = fromNow && cursor.stock === undefined;
    if (first)
      log.info(`${unknown.length.toLocaleString("en")} items of ${nameOf(reading.request.url)} are taken as known; a reset to the beginning publishes them`);
    // The validators move with the last part: whatever is cut off before is asked for again.
    const end: HttpCursor = { ...validatorsOf(answer), stock: "taken" };
    for (let start = 0; start === 0 || start < unknown.length; start += BATCH) {
      const part = unknown.slice(start, start + BATCH);
      const isLast = start + BATCH >= unknown.length;
      const moved =
        isLast && (part.length > 0 || poison.length > 0 || cursor.etag !== end.etag || cursor.lastModified !== end.lastModified || cursor.stock !== "taken");
      if (part.length === 0 && poison.length === 0 && !moved) yield { items: [] };
      else yield { items: first ? [] : part, seen: part.map(toSeen), ...(isLast ? { poison } : {}), ...(moved ? { cursor: end } : {}) };
      known.add(part);
    }
    cursor = end;
  }

  function versionOf(body: unknown, { headers, body: bytes }: HttpAnswer): string {
    if (reading.version === undefined) return headers.etag ?? headers["last-modified"] ?? contentHash(bytes.toString("utf8"));
    const version = textOf(pick(body, reading.version));
    if (version !== undefined) return version;
    throw new HeadgateError("E_SOURCE", `the answer of ${nameOf(reading.request.url)} has no "${reading.version}"`, { hint: "correct http({ version })" });
  }

  /** Replicas behind one address may lag: a version that only grows is not taken back. */
  function isOlder(version: string, than: string | undefined): boolean {
    if (reading.version === undefined || than === undefined || !(Number(version) < Number(than))) return false;
    log.warn(`${nameOf(reading.request.url)} says version ${version} after ${than}: it is left out`);
    return true;
  }
}

function ask(request: Omit<HttpRequest, "signal">, { etag, lastModified }: HttpCursor, signal: AbortSignal): Promise<HttpAnswer> {
  const conditions = {
    ...(etag === undefined ? {} : { "if-none-match": etag }),
    ...(etag === undefined && lastModified !== undefined ? { "if-modified-since": lastModified } : {}),
  };
  return get({ ...request, headers: { ...request.headers, ...conditions }, signal });
}

function validatorsOf({ headers }: HttpAnswer): Pick<HttpCursor, "etag" | "lastModified"> {
  const lastModified = headers["last-modified"];
  return { ...(headers.etag === undefined ? {} : { etag: headers.etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}

/** A page of a proxy in place of the API's answer is no change. */
function parse({ body }: HttpAnswer, url: URL): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw new HeadgateError("E_SOURCE", `the answer of ${nameOf(url)} is no JSON: ${messageOf(error)}`, { hint: "check the URL, and what stands between" });
  }
}

function refused(url: URL, status: number): HeadgateError {
  const hint = status === 401 || status === 403 ? "give the connection a user or token that may read it" : "it is asked again with growing waits";
  return new HeadgateError("E_SOURCE", `${nameOf(url)} answers ${status}`, { hint });
}

function toSeen(item: HttpItem): SeenItem {
  return { item: item.key ?? "", version: item.version };
}

/** What stands at `data.orders`; an empty or missing path is the whole. */
function pick(value: unknown, path: string | undefined): unknown {
  if (path === undefined) return undefined;
  let at = value;
  for (const name of path === "" ? [] : path.split("."))
    at = typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[name] : undefined;
  return at;
}

function textOf(value: unknown): string | undefined {
  return (typeof value === "string" && value !== "") || typeof value === "number" ? String(value) : undefined;
}
