import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import { jsonView } from "../../core/json-view.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import type { QuarantineEntry, QuarantineName } from "../../store/quarantine.ts";
import type { Caller } from "../access/caller.ts";
import { checkEffects } from "../access/effects.ts";
import { mayRead, refused } from "../access/rights.ts";
import type { ApiParts } from "../deps.ts";
import { QuarantinePage } from "../events/event-schemas.ts";
import { actionRoute } from "../frame/action-route.ts";
import { neededReason, operatorFields } from "../frame/operator-fields.ts";
import { pageQuery, readPage } from "../frame/page.ts";
import { readRoute } from "../frame/route.ts";
import { createRouter, type Router } from "../frame/router.ts";

const list = readRoute({
  ...{ path: "/v1/quarantine", tag: "quarantine", summary: "Events that a contract put aside, the newest first", ok: QuarantinePage },
  query: {
    asset: z.string().transform(normalizeUri).optional().openapi({ type: "string", description: "Its URI." }),
    ...{ source: z.string().optional(), id: z.string().optional() },
    waiting: z.enum(["true", "false"]).optional().openapi({ description: "Only those that were neither released nor dropped." }),
    ...pageQuery,
  },
});
const events = z
  .array(z.strictObject({ source: z.string(), id: z.string() }))
  .min(1)
  .max(1_000)
  .openapi({ description: "Those that are meant." });
const release = actionRoute({
  ...{ path: "/v1/quarantine/release", tag: "quarantine", summary: "Publish quarantined events as they are" },
  ...{ body: { events, reason: operatorFields.reason }, ok: z.object({ released: z.int() }).openapi("Released") },
});
const drop = actionRoute({
  ...{ path: "/v1/quarantine/drop", tag: "quarantine", summary: "Let go of quarantined events: they stay in the store, and wait no longer" },
  ...{ body: { events, reason: neededReason }, ok: z.object({ dropped: z.int() }).openapi("QuarantineDropped") },
});

const placeKey = z.tuple([z.number(), z.string(), z.string()]);

/** What a contract put aside. Who releases or drops an event needs the right to publish it, and to start what it starts. */
export function createQuarantineRoutes({ store, guard, ingress, deployed }: ApiParts): Router {
  const router = createRouter();

  router.openapi(list, async (c) => {
    const { limit, cursor, waiting, ...filter } = c.req.valid("query");
    const { rows, after, page } = readPage(c, { limit, cursor }, placeKey);
    const from = after === undefined ? {} : { after: { at: after[0], source: after[1], id: after[2] } };
    const found = await store.listQuarantined({ ...defined(filter), ...from, waiting: waiting === "true", limit: rows });
    return c.json(
      page(found, ({ at, source, id }) => [at, source, id] as const, jsonView),
      200,
    );
  });

  router.openapi(release, async (c) => {
    const { caller } = c.var;
    const { events: named, reason: why } = c.req.valid("json");
    const waiting = await waitingOf(caller, named, "release");
    let released = 0;
    for (const one of waiting) {
      const record = { operation: "release-event", subject: `${one.source} ${one.id}`, why, events: 1 } as const;
      released += await guard.recorded(caller, record, async () => {
        const did = await store.releaseQuarantined({ entry: one, by: caller.name, why, send: ingress.send });
        return did ? 1 : 0;
      });
    }
    return c.json({ released }, 200);
  });

  router.openapi(drop, async (c) => {
    const { caller } = c.var;
    const { events: named, reason: why } = c.req.valid("json");
    const waiting = await waitingOf(caller, named, "drop");
    const subject = waiting.map(({ source, id }) => `${source} ${id}`).join(", ");
    const record = { operation: "drop-event", subject: subject.slice(0, 2_000), why, events: waiting.length } as const;
    const dropped = await guard.recorded(caller, record, () => store.dropQuarantined({ events: waiting, by: caller.name, why }));
    return c.json({ dropped }, 200);
  });

  /** Those that wait, if all of them are the caller's. Throws `E_ACCESS`; `E_EVENT_UNKNOWN` only to whoever may read. */
  async function waitingOf(caller: Caller, named: readonly QuarantineName[], what: string): Promise<readonly QuarantineEntry[]> {
    const found: QuarantineEntry[] = [];
    for (const { source, id } of named) {
      const [one] = await store.listQuarantined({ source, id, limit: 1 });
      if (one === undefined) {
        if (!mayRead(caller)) throw refused(caller, `${what} event "${id}"`);
        throw new HeadgateError("E_EVENT_UNKNOWN", `no event ${id} of ${source} is in quarantine`, { hint: "/v1/quarantine lists them" });
      }
      found.push(one);
    }
    await checkEffects(caller, found, deployed);
    return found.filter(({ releasedAt, droppedAt }) => releasedAt === null && droppedAt === null);
  }

  return router;
}
