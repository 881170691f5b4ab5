import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Batch, ReadContext, Source } from "../../core/source.ts";
import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { createPatience, type Patience } from "../../watchers/patience.ts";
import { takeItems } from "../../watchers/take-items.ts";

describe("patience", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const hold = (time: Patience): void => time.hold();
  const run = (time: Patience): void => time.run();

  it.each<{ what: string; ms: number | undefined; longest: number; acts: readonly (readonly [at: number, act: (time: Patience) => void])[]; endsAt: number }>([
    { what: "ends after its time", ms: 100, longest: 1_000, acts: [], endsAt: 100 },
    {
      what: "begins anew behind a hold",
      ms: 100,
      longest: 1_000,
      acts: [
        [50, hold],
        [700, run],
      ],
      endsAt: 800,
    },
    { what: "holds so long at most", ms: 100, longest: 1_000, acts: [[0, hold]], endsAt: 1_100 },
    {
      what: "holds so long at most, over several holds",
      ms: 100,
      longest: 1_000,
      acts: [
        [0, hold],
        [600, run],
        [650, hold],
      ],
      endsAt: 1_150,
    },
    { what: "does not hold where it must not", ms: 100, longest: 0, acts: [[50, hold]], endsAt: 100 },
    { what: "does not begin anew without a hold", ms: 100, longest: 1_000, acts: [[50, run]], endsAt: 100 },
    {
      what: "never ends without an end",
      ms: undefined,
      longest: 1_000,
      acts: [
        [0, hold],
        [10, run],
      ],
      endsAt: Number.POSITIVE_INFINITY,
    },
  ])("$what", ({ ms, longest, acts, endsAt }) => {
    const time = createPatience(ms, longest);
    let now = 0;
    const goTo = (at: number): void => {
      vi.advanceTimersByTime(at - now);
      now = at;
    };
    for (const [at, act] of acts) {
      goTo(at);
      act(time);
    }
    goTo(Math.min(endsAt, 1_000_000) - 1);
    expect(time.over.aborted).toBe(false);
    goTo(Math.min(endsAt, 1_000_000) + 1);
    expect(time.over.aborted).toBe(endsAt !== Number.POSITIVE_INFINITY);
    time.stop();
  });
});

describe("a batch from a source whose readers are given shares first", () => {
  /** A group that gives out its shares after a while. */
  function createGroup(joins: (signal: AbortSignal) => Promise<void>): Source {
    async function* read({ signal }: ReadContext<unknown>): AsyncGenerator<Batch<{ readonly id: string }, unknown>> {
      yield { items: [], joining: true };
      await joins(signal);
      yield { items: [{ id: "waited for it" }] };
    }
    const source: Source<{ readonly id: string }> = { kind: "group", describe: () => "group://orders", identify: ({ id }) => ({ id }), read };
    return source as Source<never> as Source;
  }

  const take = (source: Source, patienceFrom: "start" | "joined", task: string) => {
    const outbox = createMemoryOutbox();
    return takeItems(
      {
        reads: { source, every: 10, startAt: "beginning" },
        ...{ reader: "consume/orders/take", task, max: 1, patience: 50, patienceFrom, signal: new AbortController().signal },
      },
      { outbox, kept: outbox.kept, connection: () => "", log: { info: () => undefined, warn: () => undefined } },
    );
  };
  const after = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));

  it("begins to wait when it has its share", async () => {
    expect(await take(createGroup(after(300)), "joined", "run-1")).toBe(1);
  });

  it("of which a wait with a deadline takes no notice", async () => {
    const untilStopped = (signal: AbortSignal) => new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    expect(await take(createGroup(untilStopped), "start", "run-2")).toBe(0);
  });

  it("ends in time when the source fails instead", async () => {
    const away = async (): Promise<void> => {
      throw new Error("the broker is away");
    };
    await expect(take(createGroup(away), "joined", "run-3")).rejects.toThrow("the broker is away");
  });
});
