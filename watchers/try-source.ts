import type { WatcherDefinition } from "../core/definition.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import type { PoisonItem, SeenItem, SeenSet, SourceLog } from "../core/source.ts";
import type { WatcherPosition } from "../core/watcher-protocol.ts";
import { assetOf, mapItems } from "./map-items.ts";

/** Where a watcher stands, read and not taken over. */
export interface StandingAt {
  readonly cursor?: unknown;
  readonly startAt?: WatcherPosition;
  readonly seen: SeenSet;
}

export interface TrialOptions {
  readonly position: StandingAt;
  readonly connection: (name: string) => string;
  readonly log: SourceLog;
  /** Name of the reader for brokers: another one than the watcher's own. */
  readonly reader: string;
  /** Milliseconds between two polls of a watcher that does not say. */
  readonly every: number;
  /** How long it reads, in milliseconds; shorter if it finds as much as is wanted. */
  readonly length: number;
  /** Most events. */
  readonly most: number;
}

/** What a watcher would do with what it finds. */
export interface Trial {
  /** What it reads, as the `source` of its events. */
  readonly reads: string;
  /** About how much waits, of a queue: nothing of it was read. Null if it does not say. */
  readonly waiting?: number | null;
  readonly events: readonly EventInput[];
  readonly ignored: number;
  readonly poison: readonly PoisonItem[];
}

/**
 * Reads a source as its watcher would and keeps nothing: no position, no event, nothing is acknowledged. Of a queue it only counts what
 * waits, since reading takes messages away. A look that finds nothing ends nothing: what is not settled yet may be a moment later. Throws
 * what the source throws, else `E_SOURCE`.
 */
export async function trySource(watcher: WatcherDefinition, options: TrialOptions): Promise<Trial> {
  const { source } = watcher;
  const asset = assetOf(watcher);
  const reads = source.describe(asset);
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), options.length);
  const common = { asset, connection: options.connection, log: options.log, signal: over.signal };
  try {
    if (source.leavesBehind !== undefined) {
      throw new HeadgateError("E_USAGE", `${reads} cannot be tested: ${source.leavesBehind}`, {
        where: `watcher ${watcher.id}`,
        hint: "deploy the watcher; `headgate watchers show` says how it is",
      });
    }
    if (source.takesFrom?.(asset) !== undefined) {
      if (source.waiting === undefined) {
        throw new HeadgateError("E_USAGE", `${reads} cannot be tested: reading takes messages away, and its source counts none`, {
          where: `watcher ${watcher.id}`,
          hint: "let the source have `waiting`, as watchers/README.md says",
        });
      }
      return { reads, waiting: (await source.waiting(common)) ?? null, events: [], ignored: 0, poison: [] };
    }
    const { cursor, startAt } = options.position;
    const known = overlaid(options.position.seen);
    const found: { events: EventInput[]; ignored: number; poison: PoisonItem[] } = { events: [], ignored: 0, poison: [] };
    for await (const batch of source.read({
      ...common,
      ...(cursor === undefined ? {} : { cursor }),
      startAt: startAt ?? watcher.startAt ?? "now",
      seen: known,
      every: watcher.every ?? options.every,
      reader: options.reader,
    })) {
      known.add(batch.seen ?? []);
      const mapped = await mapItems(watcher, batch.items);
      found.events.push(...mapped.events);
      found.ignored += mapped.ignored;
      found.poison.push(...(batch.poison ?? []), ...mapped.poison);
      if (over.signal.aborted || found.events.length >= options.most) break;
    }
    return { reads, ...found, events: found.events.slice(0, options.most) };
  } catch (error) {
    if (HeadgateError.is(error)) throw error;
    throw new HeadgateError("E_SOURCE", `${reads} could not be read: ${messageOf(error)}`, { where: `watcher ${watcher.id}`, cause: error });
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** The known versions, and those of the batches at hand, which are kept nowhere else. */
function overlaid(seen: SeenSet): SeenSet & { add(items: readonly SeenItem[]): void } {
  const added = new Map<string, string>();
  return {
    add: (items) => {
      for (const { item, version } of items) added.set(item, version);
    },
    unseen: async (items) => (await seen.unseen(items)).filter(({ item, version }) => added.get(item) !== version),
  };
}
