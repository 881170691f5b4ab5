import { expect } from "vitest";
import type { TaskSource } from "../../core/definition.ts";
import type { Source } from "../../core/source.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { matcherOf, type TakeItemsRequest, takeItems } from "../../watchers/take-items.ts";
import { until } from "./session-run.ts";

/** A real place that tasks take from. */
export interface TakePlace {
  readonly source: Source;
  readonly connection?: (name: string) => string;
  /** Makes one new item. */
  put(name: string): Promise<unknown>;
  /** The name that was given to `put`. */
  nameOf(item: never): string;
}

/**
 * What `d.consume` and `d.waitFor` must do with any source: a batch, then what came after it, each once; and the item that is waited for, past others and past
 * what was there before.
 */
export async function expectTakes({ source, connection = (name) => name, put, nameOf }: TakePlace): Promise<void> {
  const outbox = createMemoryOutbox();
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), warn: () => undefined };
  const deps = { outbox, kept: outbox.kept, connection, log };
  const request = (task: string, reads: TaskSource, more: Partial<TakeItemsRequest>): TakeItemsRequest => ({
    ...{ reads, task, reader: "consume/orders/take", max: 100, patience: 60_000, signal: new AbortController().signal },
    ...more,
  });
  const taken = async (task: string): Promise<readonly string[]> => (await outbox.kept.list(task)).map((item) => nameOf(item as never)).sort();
  const consumes: TaskSource = { source, every: 50, startAt: "beginning" };

  for (const name of ["a", "b"]) await put(name);
  expect(await takeItems(request("run-1", consumes, { max: 2 }), deps)).toBe(2);
  expect(await taken("run-1")).toEqual(["a", "b"]);
  await put("c");
  expect(await takeItems(request("run-2", consumes, { max: 1 }), deps)).toBe(1);
  expect(await taken("run-2")).toEqual(["c"]);

  const waits: TaskSource = { source, every: 50, startAt: "now", match: (item: never) => nameOf(item).startsWith("wanted") };
  const isWanted = matcherOf(waits, {});
  await put("wanted before");
  const waiting = takeItems(request("run-3", waits, { reader: "wait/run-3", max: 1, patience: undefined, ...(isWanted ? { isWanted } : {}) }), deps);
  await until("it has looked, and says what it takes as known", () => lines.length > 0);
  for (const name of ["other", "wanted"]) await put(name);
  expect(await waiting).toBe(1);
  expect(await taken("run-3")).toEqual(["wanted"]);
}
