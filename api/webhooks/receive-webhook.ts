import type { Context } from "hono";
import { publishedBy } from "../../core/assets-named.ts";
import { HeadgateError } from "../../core/errors.ts";
import { assetOf, mapItems } from "../../watchers/map-items.ts";
import { isWebhook } from "../../watchers/webhook/webhook.ts";
import type { Caller } from "../access/caller.ts";
import { checkEffects } from "../access/effects.ts";
import type { ApiParts } from "../deps.ts";

/** What a sender is told: how many events its message gave, or what its handshake asks for. */
type Answer = { readonly accepted: number; readonly id?: string } | Readonly<Record<string, string>>;

/**
 * One message to a watcher whose source is a webhook. The signature is checked on the bytes before anything is read; a message that
 * cannot be understood goes to the dead letters and is taken, since sending it again would not help.
 */
export async function receiveWebhook(deps: ApiParts, c: Context, authenticate: () => Promise<Caller>): Promise<Answer> {
  const { ingress, now = Date.now } = deps;
  const id = c.req.param("watcher") ?? "";
  const watcher = deps.watcher(id);
  if (watcher === undefined || !isWebhook(watcher.source)) {
    throw new HeadgateError("E_WATCHER_UNKNOWN", `there is no watcher "${id}" that takes webhooks`, {
      hint: "define it with webhook(), and start the API of its project",
    });
  }
  const { source } = watcher;
  if (!source.signed) {
    const assets = publishedBy(watcher).map(({ uri }) => ({ asset: uri }));
    await checkEffects(await authenticate(), assets, deps.deployed);
  }
  const body = new Uint8Array(await c.req.arrayBuffer());
  const received = source.receive({ body, header: (name) => c.req.header(name), now: now() }, deps.connection);
  if (received.kind === "handshake") return received.answer;
  const stream = { id: watcher.id, source: source.describe(assetOf(watcher)), fingerprint: `${source.kind} ${source.describe(assetOf(watcher))}` };
  if (received.kind === "poison") {
    await ingress.publish(stream, [], [received.poison]);
    return { accepted: 0, id: received.poison.id };
  }
  const { events, poison } = await mapItems(watcher, [received.item]);
  await ingress.publish(stream, events, poison);
  return { accepted: events.length, id: received.item.id };
}
