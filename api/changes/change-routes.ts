import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { CHANGE_TOPICS, type ChangeTopic } from "../../core/change.ts";
import { messageOf } from "../../core/errors.ts";
import type { ApiParts } from "../deps.ts";
import { strictQuery } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { type Change, createChangeFeed } from "./feed.ts";
import { createReaderQueue, type Told } from "./reader-queue.ts";

/** Milliseconds of silence after which a comment says that the stream is alive: proxies close what is silent for a minute. */
const BEAT = 5_000;
/** How often it is asked whether the reader may still read, in milliseconds: so long, or until the next beat, may a stream outlive its token or session. */
const ASKED = 2_000;
/** Milliseconds after which a browser that lost the stream comes back. */
const RETRY = 1_000;
/** Changes that a slow reader may be behind. */
const MOST_BEHIND = 500;
/** How far before the last change that a reader has seen it begins again: a change may have become visible behind a later one. */
const OVERLAP = 100;

const Hint = z
  .object({
    kind: z.string().openapi({ description: "What changed: `run`, `task`, `log`, `event`, `fate`, `quarantine`, `consumer`, `deploy`, `batch`, `operation`." }),
    ids: z.array(z.string()).openapi({ description: "Of what; empty means that too many changed to name them." }),
  })
  .openapi("ChangeHint");

const route = createRoute({
  method: "get",
  path: "/v1/changes",
  tags: ["changes"],
  summary: "What changes, as server-sent events",
  description:
    "`event` is the topic, `data` a ChangeHint: ask again for what you show of it. `Last-Event-ID` goes on where a lost stream ended. The event `reset` says that changes were missed: ask again for everything.",
  request: {
    query: strictQuery({
      topics: z
        .string()
        .default(CHANGE_TOPICS.join(","))
        .transform((text, context): readonly ChangeTopic[] => {
          const names = text.split(",");
          const unknown = names.filter((name) => !(CHANGE_TOPICS as readonly string[]).includes(name));
          if (unknown.length > 0) context.addIssue({ code: "custom", message: `${unknown.join(", ")} is not known; known are ${CHANGE_TOPICS.join(", ")}` });
          return names as ChangeTopic[];
        })
        .openapi({ type: "string", example: "runs,tasks" }),
    }),
    headers: z.object({ "last-event-id": z.string().optional() }),
  },
  responses: { 200: { description: "The stream.", content: { "text/event-stream": { schema: Hint } } } },
});

export function createChangeRoutes({ access, store, log, now = Date.now, changes = createChangeFeed({ store, log }) }: ApiParts): Router {
  const router = createRouter();

  router.openapi(route, async (c) => {
    const { topics } = c.req.valid("query");
    const seen = Number(c.req.valid("header")["last-event-id"] ?? Number.NaN);
    const queue = createReaderQueue(MOST_BEHIND);
    const { stop } = await changes.subscribe(queue.push, queue.close);
    const before = await missedSince(seen).catch((error: unknown) => {
      stop();
      throw error;
    });
    c.header("Cache-Control", "no-store");
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (stream) => {
      stream.onAbort(queue.close);
      try {
        await stream.write(`retry: ${RETRY}\n\n`);
        for (const one of before) await write(stream, one, topics);
        let askedAt = now();
        for (let told = await queue.next(BEAT); told !== undefined && !stream.aborted; told = await queue.next(BEAT)) {
          if (now() - askedAt >= ASKED) {
            if (!(await mayGoOn(c))) return;
            askedAt = now();
          }
          await write(stream, told, topics);
        }
      } finally {
        stop();
        queue.close();
      }
    });
  });

  /** While the store is away nobody's right is known, and nothing is told either. */
  async function mayGoOn(c: Context): Promise<boolean> {
    try {
      return await access.mayGoOn(c);
    } catch (error) {
      log.warn(`whether a reader of changes may go on is not known for now: ${messageOf(error)}`);
      return true;
    }
  }

  /** What came since a reader was here. Nothing for a new one: it has just read what it shows. */
  async function missedSince(seen: number): Promise<readonly Told[]> {
    if (!Number.isSafeInteger(seen) || seen < 0) return [];
    const { first, last } = await store.changeBounds();
    if (seen < first - 1 || seen > last || last - seen > MOST_BEHIND) return [{ id: last, hints: [] }, "reset"];
    const missed = await store.listChanges({ after: Math.max(0, seen - OVERLAP) });
    // Changes of watchers have no number.
    return [...missed, { hints: [{ topic: "watchers", kind: "batch", ids: [] }] }];
  }

  return router;
}

async function write(stream: SSEStreamingApi, told: Told, topics: readonly ChangeTopic[]): Promise<void> {
  if (told === "beat") await stream.write(": beat\n\n");
  else if (told === "reset") await stream.writeSSE({ event: "reset", data: "{}" });
  else await writeChange(stream, told, topics);
}

/** A change that says nothing of the topics still moves the place to go on at. */
async function writeChange(stream: SSEStreamingApi, { id, hints }: Change, topics: readonly ChangeTopic[]): Promise<void> {
  const place = id === undefined ? {} : { id: String(id) };
  const wanted = hints.filter(({ topic }) => topics.includes(topic));
  if (wanted.length === 0 && id !== undefined) await stream.write(`id: ${id}\n\n`);
  for (const { topic, kind, ids } of wanted) await stream.writeSSE({ event: topic, data: JSON.stringify({ kind, ids }), ...place });
}
