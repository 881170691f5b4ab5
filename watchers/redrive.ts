import type { WatcherDefinition } from "../core/definition.ts";
import type { EventInput } from "../core/event.ts";
import { assetOf, mapItems } from "./map-items.ts";

/** A dead letter, as far as it is read here. */
export interface Letter {
  readonly id: string;
  /** What was read, as text. */
  readonly raw: string;
}

export interface RedriveOptions {
  readonly watcher: WatcherDefinition;
  /** A corrected item, in place of what was read. */
  readonly item?: unknown;
  readonly redeliver: (letter: string, events: readonly EventInput[]) => Promise<void>;
}

export interface Redriven {
  /** Ids of letters. */
  readonly redriven: readonly string[];
  /** How many events that made: none for a letter that `map` ignores now. */
  readonly events: number;
  /** Letters that are still dead, with the reason. */
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
}

/** Maps dead letters once more and publishes what comes of it. One that fails again stays where it is and stops nothing. */
export async function redriveLetters(letters: readonly Letter[], options: RedriveOptions): Promise<Redriven> {
  const redriven: string[] = [];
  const failed: { id: string; reason: string }[] = [];
  let published = 0;
  for (const letter of letters) {
    const item = options.item ?? itemOf(letter, options.watcher);
    const { events, poison } = item === undefined ? { events: [], poison: [{ reason: NO_ITEM }] } : await mapItems(options.watcher, [item]);
    const [still] = poison;
    if (still === undefined) {
      await options.redeliver(letter.id, events);
      redriven.push(letter.id);
      published += events.length;
    } else failed.push({ id: letter.id, reason: still.reason });
  }
  return { redriven, events: published, failed };
}

const NO_ITEM = "what was kept is not the whole item: it could not be decoded, or was too long. Give it with --item";

/** The item as it was read; undefined if what was kept is another thing, such as a body that could not be decoded. */
function itemOf(letter: Letter, watcher: WatcherDefinition): unknown {
  try {
    const item: unknown = JSON.parse(letter.raw);
    return letter.id.startsWith("unidentified:") || watcher.source.identify(item, assetOf(watcher)).id === letter.id ? item : undefined;
  } catch {
    return undefined;
  }
}
