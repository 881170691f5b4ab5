import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import type { Json } from "../core/json.ts";
import type { PoisonItem, SeenItem } from "../core/source.ts";
import type { WatcherPosition } from "../core/watcher-protocol.ts";
import type { KeptItems, Outbox, OutboxBatch, OutboxReset, OutboxSession } from "./outbox.ts";

/** One watcher's rows. Batches are kept as text: what is sent again is the same to the byte. */
interface Rows {
  token: number;
  generation: number;
  fingerprint: string | undefined;
  cursor: string | undefined;
  startAt: WatcherPosition | undefined;
  readonly seen: Map<string, string>;
  readonly appended: Set<string>;
  /** Numbers of the newest appended and the newest sent batch of the generation. */
  last: number;
  sent: number;
  unsent: { readonly generation: number; readonly seq: number; readonly text: string }[];
  readonly deadLetters: Map<string, PoisonItem>;
  /** Items for tasks to take, as text; or those that a task took. */
  readonly kept: string[];
  readonly resets: OutboxReset[];
  health: Parameters<OutboxSession["report"]>[0] | undefined;
}

/** What is kept of one watcher, for tests and for a run without Postgres. */
export interface MemoryOutboxView {
  readonly generation: number;
  readonly cursor: unknown;
  readonly deadLetters: readonly PoisonItem[];
  readonly resets: readonly OutboxReset[];
  readonly unsent: number;
  readonly health: Parameters<OutboxSession["report"]>[0] | undefined;
}

/** An outbox in this process's memory: for `testDag` and tests. It outlives sessions, not the process. */
export function createMemoryOutbox(): Outbox & { readonly kept: KeptItems; view(watcher: string): MemoryOutboxView } {
  const watchers = new Map<string, Rows>();

  const rowsOf = (id: string): Rows => {
    const known = watchers.get(id);
    if (known !== undefined) return known;
    const rows: Rows = {
      token: 0,
      generation: 1,
      fingerprint: undefined,
      cursor: undefined,
      startAt: undefined,
      seen: new Map(),
      appended: new Set(),
      last: 0,
      sent: 0,
      unsent: [],
      deadLetters: new Map(),
      kept: [],
      resets: [],
      health: undefined,
    };
    watchers.set(id, rows);
    return rows;
  };

  const open: Outbox["open"] = async (watcher) => {
    const rows = rowsOf(watcher.id);
    if (rows.fingerprint !== undefined && rows.fingerprint !== watcher.fingerprint) {
      throw new HeadgateError("E_WATCHER_CHANGED", `it reads ${watcher.source} now, and its position belongs to ${rows.fingerprint}`, {
        where: `watcher ${watcher.id}`,
        hint: "reset its position, from now or from the beginning",
      });
    }
    rows.fingerprint = watcher.fingerprint;
    rows.token += 1;
    return openSession(watcher.id, rows);
  };

  const reset: Outbox["reset"] = async (request) => {
    const rows = rowsOf(request.watcher);
    if (rows.resets.some((done) => done.id === request.id)) return { generation: rows.generation };
    rows.token += 1;
    rows.resets.push(request);
    rows.cursor = undefined;
    rows.fingerprint = undefined;
    rows.startAt = request.to;
    rows.seen.clear();
    if (request.deliver === "redeliver") {
      rows.generation += 1;
      rows.last = 0;
      rows.sent = 0;
      rows.appended.clear();
    }
    return { generation: rows.generation };
  };

  const view = (id: string): MemoryOutboxView => {
    const rows = rowsOf(id);
    return {
      generation: rows.generation,
      cursor: decode(rows.cursor),
      deadLetters: [...rows.deadLetters.values()],
      resets: rows.resets,
      unsent: rows.unsent.length,
      health: rows.health,
    };
  };

  const kept: KeptItems = {
    keep: async (owner, items) => void rowsOf(owner).kept.splice(0, Number.POSITIVE_INFINITY, ...items),
    count: async (owner) => rowsOf(owner).kept.length,
    take: async (reader, task, max) => {
      const own = rowsOf(task).kept;
      if (own.length === 0) own.push(...rowsOf(reader).kept.splice(0, max));
      return own.length;
    },
    list: async (owner) => rowsOf(owner).kept.map((text) => JSON.parse(text) as Json),
    one: async (owner, index) => decode(rowsOf(owner).kept[index]) as Json | undefined,
  };

  return { open, reset, kept, view };
}

function openSession(watcher: string, rows: Rows): OutboxSession {
  const { token, generation } = rows;

  const checkFence = (): void => {
    if (rows.token !== token) throw new HeadgateError("E_WATCHER_FENCED", "another session holds it", { where: `watcher ${watcher}` });
  };

  const append: OutboxSession["append"] = async (input) => {
    checkFence();
    const fresh = freshEvents(rows.appended, input.events);
    for (const event of fresh) rows.appended.add(eventKey(event));
    for (const one of input.keep ?? []) {
      const key = JSON.stringify(["kept", one.id]);
      if (!rows.appended.has(key)) rows.kept.push(JSON.stringify(one.item) ?? "null");
      rows.appended.add(key);
    }
    for (const { item, version } of input.seen) rows.seen.set(item, version);
    for (const item of input.poison) rows.deadLetters.set(item.id, item);
    if (input.cursor !== undefined) rows.cursor = JSON.stringify(input.cursor);
    if (fresh.length === 0) return undefined;
    rows.last += 1;
    const batch: OutboxBatch = { watcher, generation, seq: rows.last, events: fresh };
    const text = JSON.stringify(batch);
    rows.unsent.push({ generation, seq: batch.seq, text });
    return JSON.parse(text);
  };

  const markSent: OutboxSession["markSent"] = async (seq, of = generation) => {
    checkFence();
    rows.unsent = rows.unsent.filter((batch) => batch.seq !== seq || batch.generation !== of);
    if (of === generation) rows.sent = Math.max(rows.sent, seq);
  };

  return {
    generation,
    cursor: decode(rows.cursor),
    ...(rows.startAt === undefined ? {} : { startAt: rows.startAt }),
    sent: rows.sent,
    seen: { unseen: async (items) => items.filter((one: SeenItem) => rows.seen.get(one.item) !== one.version) },
    unsent: async () => rows.unsent.map((batch) => JSON.parse(batch.text)),
    append,
    markSent,
    report: async (health) => {
      rows.health = health;
    },
  };
}

/** Those not appended before, and each only once within the batch. */
function freshEvents(appended: ReadonlySet<string>, events: readonly EventInput[]): readonly EventInput[] {
  const inBatch = new Set<string>();
  return events.filter((event) => {
    const key = eventKey(event);
    if (appended.has(key) || inBatch.has(key)) return false;
    inBatch.add(key);
    return true;
  });
}

function eventKey(event: EventInput): string {
  return JSON.stringify([event.source, event.id]);
}

function decode(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}
