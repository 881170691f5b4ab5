import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createTurns } from "../../activities/turns.ts";

it("begins each piece of work when the one before has ended, also if that failed", async () => {
  const inTurn = createTurns();
  const log: string[] = [];
  const work = (n: number) => async (): Promise<void> => {
    log.push(`begin ${n}`);
    await sleep(5);
    log.push(`end ${n}`);
    if (n === 2) throw new Error("down");
  };
  const asked = [1, 2, 3].map((n) => inTurn(work(n), 60_000));
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(log).toEqual([1, 2, 3].flatMap((n) => [`begin ${n}`, `end ${n}`]));
});

it("leaves work alone that has waited for longer than its patience", async () => {
  const inTurn = createTurns();
  const done: string[] = [];
  const long = inTurn(() => sleep(50).then(() => void done.push("long")), 60_000);
  const late = inTurn(async () => void done.push("late"), 10);
  const next = inTurn(async () => void done.push("next"), 60_000);
  await expect(late).rejects.toMatchObject({ code: "E_STORE" });
  await Promise.all([long, next]);
  expect(done).toEqual(["long", "next"]);
});
