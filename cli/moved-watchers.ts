import type { WatchersClient } from "../client/watchers.ts";
import type { WatcherDefinition } from "../core/definition.ts";
import { HeadgateError } from "../core/errors.ts";
import type { WatcherPosition } from "../core/watcher-protocol.ts";
import { type WatchedPlace, watchedPlace } from "../watchers/watched-place.ts";
import { positionOf } from "./watchers-life.ts";

/** A watcher that would read another place than its position belongs to. */
export interface MovedWatcher {
  readonly watcher: string;
  /** `kind source`, as the outbox has it. */
  readonly from: string;
  readonly to: string;
  /** Where it is to begin there. `keep`: its worker decides. */
  readonly position: WatcherPosition | "keep";
}

/** Where watchers stand, as far as the store knows. */
export type KnownPlaces = readonly { readonly watcher: string; readonly fingerprint: string | null }[];

/**
 * Watchers that a deploy would let read another place, with the position that was given for each by `--position <watcher>=<position>`.
 * Throws `E_WATCHER_CHANGED` for one without, `E_USAGE` for a position that nothing asks for.
 */
export function movedWatchers(watchers: readonly WatcherDefinition[], known: KnownPlaces, given: readonly string[]): readonly MovedWatcher[] {
  const positions = new Map(given.map(parseGiven));
  const before = new Map(known.map(({ fingerprint, watcher }) => [watcher, fingerprint]));
  const moved = watchers.map(watchedPlace).flatMap((place: WatchedPlace) => {
    const from = before.get(place.id) ?? null;
    return from === null || from === place.fingerprint ? [] : [{ watcher: place.id, from, to: place.fingerprint }];
  });
  for (const watcher of positions.keys()) {
    if (!moved.some((one) => one.watcher === watcher)) {
      throw new HeadgateError("E_USAGE", `the deploy does not move watcher ${watcher}, so it takes no position`, {
        where: "--position",
        hint: "leave it out; `headgate watchers reset` gives a watcher another position where it is",
      });
    }
  }
  const undecided = moved.filter(({ watcher }) => !positions.has(watcher));
  if (undecided.length > 0) {
    throw new HeadgateError(
      "E_WATCHER_CHANGED",
      undecided.map(({ from, to, watcher }) => `watcher ${watcher} would read ${to}, and its position belongs to ${from}`).join("; "),
      {
        where: undecided.map(({ watcher }) => `watcher ${watcher}`).join(", "),
        hint: `say where it begins there: --position ${undecided[0]?.watcher}=now, =beginning or ='{...}'; =keep if its workers read the same place under another name`,
      },
    );
  }
  return moved.map((one) => ({ ...one, position: positions.get(one.watcher) ?? "keep" }));
}

function parseGiven(text: string): readonly [string, WatcherPosition | "keep"] {
  const at = text.indexOf("=");
  if (at < 1)
    throw new HeadgateError("E_USAGE", `"${text}" names no watcher and position`, { where: "--position", hint: "write --position orders-arrive=now" });
  const position = text.slice(at + 1);
  return [text.slice(0, at), position === "keep" ? "keep" : positionOf(position, "--position")];
}

/** Gives the moved watchers their positions, after the deploy: until then they stand still. Ids of events in another place are others, so none is left out. */
export async function placeMoved(
  moved: readonly MovedWatcher[],
  client: WatchersClient,
  asked: { readonly by: string; readonly request: string },
): Promise<void> {
  for (const { position, to, watcher } of moved) {
    if (position === "keep") continue;
    await client.reset({ id: `${asked.request}/${watcher}`, watcher, to: position, deliver: "skip", by: asked.by, why: `deployed: it reads ${to} now` }, 0);
  }
}
