import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { defined } from "../../core/defined.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { jsonView } from "../../core/json-view.ts";
import type { WatcherStatus } from "../../core/watcher-protocol.ts";
import type { DeadLetter } from "../../store/dead-letters.ts";
import { redriveLetters } from "../../watchers/redrive.ts";
import type { ApiParts } from "../deps.ts";
import { actionRoute } from "../frame/action-route.ts";
import { instant, jsonObject, orNull } from "../frame/fields.ts";
import { askedBy, neededReason, operatorFields } from "../frame/operator-fields.ts";
import { createRouter, type Router } from "../frame/router.ts";
import { unknownLetter } from "./watcher-routes.ts";

const params = { watcher: z.string().openapi({ description: "Its id.", example: "orders-arrive" }) };
const { reason } = operatorFields;
const Paused = z.object({ by: z.string(), at: instant, why: z.string().optional() }).openapi("WatcherPaused");
const Life = z
  .object({
    watcher: z.string(),
    status: z.string().nullable(),
    ending: z.boolean().openapi({ description: "It is paused and still finishes a batch." }),
    paused: orNull(Paused),
  })
  .openapi("WatcherLife");

const pause = actionRoute({
  ...{ path: "/v1/watchers/{watcher}/pause", tag: "watchers", summary: "Stop a watcher until it is resumed: what changes meanwhile is published then" },
  ...{ params, body: { reason }, ok: Life },
});
const resume = actionRoute({
  ...{ path: "/v1/watchers/{watcher}/resume", tag: "watchers", summary: "Let a watcher go on where it stood, also after a loud stop" },
  ...{ params, body: { reason }, ok: Life },
});
const reset = actionRoute({
  ...{ path: "/v1/watchers/{watcher}/reset", tag: "watchers", summary: "Give a watcher another position", params },
  body: {
    to: z.union([z.enum(["beginning", "now"]), jsonObject]).openapi({ description: "`beginning`, `now`, or what the source takes as `startAt`." }),
    deliver: z.enum(["redeliver", "skip"]).openapi({ description: "What was published before comes again as new events, or is left out." }),
    ...operatorFields,
  },
  ok: z
    .object({
      watcher: z.string(),
      request: z.string(),
      done: z.boolean().openapi({ description: "False: it is done when a worker comes." }),
      generation: z.int().nullable(),
    })
    .openapi("WatcherReset"),
});
const letters = {
  ids: z.array(z.string()).min(1).max(1_000).optional().openapi({ description: "Of letters." }),
  all: z.boolean().optional().openapi({ description: "All of the watcher that wait, in place of `ids`." }),
};
const redrive = actionRoute({
  ...{ path: "/v1/watchers/{watcher}/dead-letters/redrive", tag: "watchers", summary: "Make events of dead letters by the `map` of now, and publish them" },
  ...{
    params,
    body: { ...letters, item: z.unknown().optional().openapi({ description: "Of one letter: a corrected item, in place of what was read." }), reason },
  },
  ok: z
    .object({
      watcher: z.string(),
      redriven: z.array(z.string()).readonly(),
      events: z.int(),
      failed: z.array(z.object({ id: z.string(), reason: z.string() })).readonly(),
    })
    .openapi("Redriven"),
});
const drop = actionRoute({
  ...{ path: "/v1/watchers/{watcher}/dead-letters/drop", tag: "watchers", summary: "Let go of dead letters: they stay in the store, and wait no longer" },
  ...{ params, body: { ...letters, reason: neededReason }, ok: z.object({ watcher: z.string(), dropped: z.int() }).openapi("Dropped") },
});

/** Most letters that one request takes. */
const MOST = 10_000;
/** How long a request waits for a watcher's worker, in milliseconds. */
const PATIENCE = 5_000;

/** What people do to watchers. Each needs the right to operate the watcher's project. */
export function createWatcherActions({ client, guard, store, ingress, watcher: definitionOf, newId = randomUUID }: ApiParts): Router {
  const router = createRouter();
  const show = (watcher: string, status: WatcherStatus | null) =>
    jsonView({ watcher, status: status?.status ?? null, ending: status?.ending === true, paused: status?.paused ?? null });

  for (const [route, name] of [
    [pause, "pause"],
    [resume, "resume"],
  ] as const) {
    router.openapi(route, async (c) => {
      const { watcher } = c.req.valid("param");
      await guard.watcher(c.var.caller, watcher);
      const { reason: why } = c.req.valid("json");
      const watchers = await client.watchers();
      const asked = { by: c.var.caller.name, ...defined({ why }) };
      const status = await guard.recorded(c.var.caller, { operation: `${name}-watcher`, subject: watcher, why }, () =>
        name === "pause" ? watchers.pause(watcher, asked, PATIENCE) : watchers.resume(watcher, asked),
      );
      return c.json(show(watcher, status), 200);
    });
  }

  router.openapi(reset, async (c) => {
    const { watcher } = c.req.valid("param");
    await guard.watcher(c.var.caller, watcher);
    const { to, deliver, ...operator } = c.req.valid("json");
    const { by = "", why, request = newId() } = askedBy(c.var.caller, operator, newId);
    const watchers = await client.watchers();
    const asked = { id: request, watcher, to: to as "beginning" | "now" | JsonObject, deliver, by, ...defined({ why }) };
    const done = await guard.recorded(c.var.caller, { operation: "reset-watcher", subject: watcher, why, request }, () => watchers.reset(asked, PATIENCE));
    return c.json({ watcher, request, done, generation: done ? ((await watchers.status(watcher))?.generation ?? null) : null }, 200);
  });

  router.openapi(redrive, async (c) => {
    const { watcher: id } = c.req.valid("param");
    await guard.watcher(c.var.caller, id);
    const { item, reason: why, ...which } = c.req.valid("json");
    const watcher = definitionOf(id);
    if (watcher === undefined)
      throw new HeadgateError("E_WATCHER_UNKNOWN", `the files of this API have no watcher "${id}"`, { hint: "redrive at the API of its project" });
    if (item !== undefined && which.ids?.length !== 1) throw usage("an item is given, and not one letter is named", "give the id of one letter");
    const chosen = await choose(id, which);
    const by = c.var.caller.name;
    const done = await redriveLetters(chosen, {
      watcher,
      ...defined({ item }),
      redeliver: (letter, events) =>
        guard.recorded(c.var.caller, { operation: "redrive", subject: `${id} ${letter}`, why, events: events.length }, () =>
          store.redeliver({ watcher: id, id: letter, events, by, send: ingress.send }),
        ),
    });
    return c.json({ watcher: id, ...done }, 200);
  });

  router.openapi(drop, async (c) => {
    const { watcher } = c.req.valid("param");
    await guard.watcher(c.var.caller, watcher);
    const { reason: why, ...which } = c.req.valid("json");
    const ids = (await choose(watcher, which)).map(({ id }) => id);
    const dropped = await guard.recorded(c.var.caller, { operation: "drop", subject: watcher, why, events: ids.length }, () =>
      store.dropDeadLetters({ watcher, ids, by: c.var.caller.name, why }),
    );
    return c.json({ watcher, dropped }, 200);
  });

  async function choose(
    watcher: string,
    { ids, all }: { readonly ids?: readonly string[] | undefined; readonly all?: boolean | undefined },
  ): Promise<readonly DeadLetter[]> {
    if ((ids === undefined) !== (all === true)) throw usage("either `ids` names letters or `all` takes those that wait", "give one of both");
    if (ids === undefined) return await store.listDeadLetters({ watcher, waiting: true, limit: MOST });
    return await Promise.all(
      ids.map(async (id) => {
        const letter = await store.showDeadLetter(watcher, id);
        if (letter === undefined) throw unknownLetter(watcher, id);
        return letter;
      }),
    );
  }

  return router;
}

function usage(message: string, hint: string): HeadgateError {
  return new HeadgateError("E_USAGE", message, { where: "json", hint });
}
