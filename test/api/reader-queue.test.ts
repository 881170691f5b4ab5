import { expect, it } from "vitest";
import { createReaderQueue } from "../../api/changes/reader-queue.ts";

const change = (id: number) => ({ id, hints: [] });

it("gives changes in their order, and a beat where there is none for a while", async () => {
  const queue = createReaderQueue(10);
  queue.push(change(1));
  queue.push(change(2));
  expect([await queue.next(1), await queue.next(1), await queue.next(1)]).toEqual([change(1), change(2), "beat"]);
});

it("wakes a reader who waits", async () => {
  const queue = createReaderQueue(10);
  const next = queue.next(60_000);
  queue.push(change(1));
  expect(await next).toEqual(change(1));
});

it("keeps so many changes for a reader who does not read, and then says that some are missing", async () => {
  const queue = createReaderQueue(3);
  for (let id = 1; id <= 1_000; id += 1) queue.push(change(id));
  const told = [];
  for (let one = await queue.next(1); one !== "beat"; one = await queue.next(1)) told.push(one);
  expect(told[0]).toBe("reset");
  expect(told.length).toBeLessThanOrEqual(3);
  expect(told.at(-1)).toEqual(change(1_000));
});

it("ends a reader who waits when it is closed, and takes nothing more", async () => {
  const queue = createReaderQueue(3);
  const next = queue.next(60_000);
  queue.close();
  queue.push(change(1));
  expect(await next).toBeUndefined();
  expect(await queue.next(1)).toBeUndefined();
});
