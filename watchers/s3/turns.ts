import { wait } from "../backoff.ts";
import type { Listed, Listings } from "./listings.ts";
import type { Notifications, NotifiedObjects } from "./notified.ts";

/** What comes next: a page of a listing or a notification, whichever is there first. */
export type Turn =
  | { readonly kind: "listed"; readonly listed: Listed }
  | { readonly kind: "notified"; readonly notified: NotifiedObjects }
  | { readonly kind: "ended" };

/** Takes pages and notifications in turns, so that neither waits for the end of the other. */
export function createTurns(listings: Listings, notifications: Notifications | undefined, signal: AbortSignal): () => Promise<Turn> {
  let page: Promise<Turn> | undefined;
  let mail: Promise<Turn> | undefined;
  let last: Turn["kind"] | undefined;

  function begin(turn: Promise<Turn>): Promise<Turn> {
    // One may fail while the other is taken: its failure is heard when its turn comes.
    turn.catch(() => undefined);
    return turn;
  }

  return async () => {
    while (!signal.aborted) {
      if (page === undefined && listings.due() === 0) page = begin(listings.next().then((listed) => ({ kind: "listed", listed })));
      if (mail === undefined && notifications !== undefined) mail = begin(notifications.next().then((notified) => ({ kind: "notified", notified })));
      const over = new AbortController();
      const idle = wait(listings.due(), AbortSignal.any([signal, over.signal])).then(() => undefined);
      const waiting = last === "notified" ? [page, mail] : [mail, page];
      const candidates = waiting.filter((one) => one !== undefined);
      const turn = await Promise.race(page === undefined ? [...candidates, idle] : candidates).finally(() => over.abort());
      if (turn === undefined) continue;
      if (turn.kind === "listed") page = undefined;
      else mail = undefined;
      last = turn.kind;
      return turn;
    }
    return { kind: "ended" };
  };
}
