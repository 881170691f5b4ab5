import { describe, expect, it } from "vitest";
import { EMPTY_POOL, isIdlePool, type PoolEvent, type PoolState, stepPool, viewPool } from "../../interpreter/index.ts";

/** A pool of two places, played event by event at the instants 1, 2, 3, ... */
function play(places: number): { take(event: PoolEvent): readonly string[]; readonly state: PoolState } {
  let state: PoolState = EMPTY_POOL;
  let now = 0;
  return {
    take(event) {
      now += 1;
      const step = stepPool(state, event.kind === "ask" ? { ...event, places } : event, now);
      state = step.state;
      return step.grants.map(({ place, waiter }) => `${waiter.run} ${waiter.ticket} in ${place}`);
    },
    get state() {
      return state;
    },
  };
}

interface Wish {
  readonly since: number;
  readonly priority?: number;
  readonly lost?: number;
}
const ask = (run: string, tickets: Readonly<Record<string, Wish>>): PoolEvent => ({
  kind: "ask",
  ...{ run, temporalRunId: `t-${run}`, places: 0 },
  tickets: Object.entries(tickets).map(([ticket, wish]) => ({ ticket, priority: 0, ...wish })),
});
const leave = (run: string, ticket: string, place: number): PoolEvent => ({ kind: "leave", run, temporalRunId: `t-${run}`, ticket, place });

describe("a pool", () => {
  it("gives its places to those who come first, and the next one when one is left", () => {
    const pool = play(2);
    expect(pool.take(ask("a", { one: { since: 1 }, two: { since: 1 }, three: { since: 1 } }))).toEqual(["a one in 1", "a two in 2"]);
    expect(pool.take(ask("b", { one: { since: 2 } }))).toEqual([]);
    expect(pool.take(leave("a", "two", 2))).toEqual(["a three in 2"]);
    expect(pool.take(leave("a", "one", 1))).toEqual(["b one in 1"]);
    expect(pool.take(leave("a", "three", 2))).toEqual([]);
    expect(pool.take(leave("b", "one", 1))).toEqual([]);
    expect(isIdlePool(pool.state)).toBe(true);
  });

  it("lets a higher priority go first, and within one who was ready first, however late the ask arrived", () => {
    const pool = play(1);
    pool.take(ask("holder", { x: { since: 0 } }));
    pool.take(ask("late", { x: { since: 30 } }));
    pool.take(ask("early", { x: { since: 20 } }));
    pool.take(ask("urgent", { x: { since: 40, priority: 2 } }));
    pool.take(ask("idle", { x: { since: 10, priority: -1 } }));
    expect(viewPool(pool.state)).toMatchObject({ places: 1, waiting: 4, held: [{ place: 1, run: "holder" }] });
    const turns: string[] = [];
    for (let holder = "holder"; turns.length < 4; holder = turns.at(-1) as string)
      turns.push(...pool.take(leave(holder, "x", 1)).map((grant) => grant.split(" ")[0] as string));
    expect(turns).toEqual(["urgent", "early", "late", "idle"]);
  });

  it.each<readonly [what: string, event: PoolEvent]>([
    ["a task that waits asks once more", ask("b", { x: { since: 2 } })],
    ["a task that has a place asks once more", ask("a", { x: { since: 1 } })],
    ["somebody leaves a place that another one has by now", leave("b", "x", 1)],
    ["a place is found empty that was given away anew meanwhile", { kind: "empty", place: 1, since: 0 }],
    ["a task lost a place that it does not have", ask("a", { x: { since: 1, lost: 2 } })],
  ])("is as it was when %s", (_, event) => {
    const pool = play(1);
    pool.take(ask("a", { x: { since: 1 } }));
    pool.take(ask("b", { x: { since: 2 } }));
    const before = pool.state;
    expect(pool.take(event)).toEqual([]);
    expect(pool.state).toEqual(before);
  });

  it("passes over all tasks of a workflow that has ended, and keeps the places in which its tasks still run", () => {
    const pool = play(2);
    pool.take(ask("a", { held: { since: 1 } }));
    pool.take(ask("b", { held: { since: 1 } }));
    pool.take(ask("a", { next: { since: 2 }, last: { since: 3 } }));
    pool.take(ask("c", { x: { since: 4 } }));
    expect(pool.take(leave("b", "held", 2))).toEqual(["a next in 2"]);
    expect(pool.take({ kind: "gone", place: 2, waiter: { run: "a", temporalRunId: "t-a", ticket: "next", priority: 0, since: 2 } })).toEqual(["c x in 2"]);
    expect(viewPool(pool.state)).toMatchObject({ waiting: 0, held: [{ run: "a", ticket: "held" }, { run: "c" }] });
    expect(pool.take({ kind: "empty", place: 1, since: 1 })).toEqual([]);
  });

  it("gives another place to a task that found its own taken, before those who came later", () => {
    const pool = play(1);
    expect(pool.take(ask("a", { x: { since: 1 } }))).toEqual(["a x in 1"]);
    pool.take(ask("b", { x: { since: 2 } }));
    expect(pool.take(ask("a", { x: { since: 1, lost: 1 } }))).toEqual([]);
    expect(viewPool(pool.state).held).toEqual([{ place: 1 }]);
    expect(pool.take({ kind: "empty", place: 1, since: 3 })).toEqual(["a x in 1"]);
  });

  it("grows and shrinks with what the last one says that it has", () => {
    const [small, large] = [play(1), play(3)];
    small.take(ask("a", { x: { since: 1 }, y: { since: 1 }, z: { since: 1 } }));
    const grown = stepPool(small.state, { ...ask("b", {}), places: 3 } as PoolEvent, 9);
    expect(grown.grants.map(({ place }) => place)).toEqual([2, 3]);
    large.take(ask("a", { x: { since: 1 }, y: { since: 1 }, z: { since: 1 } }));
    large.take(ask("b", { x: { since: 2 } }));
    const shrunk = stepPool(large.state, { ...ask("c", {}), places: 2 } as PoolEvent, 9).state;
    expect(stepPool(shrunk, leave("a", "z", 3), 10).grants).toEqual([]);
    expect(stepPool(shrunk, leave("a", "y", 2), 10).grants.map(({ place, waiter }) => [place, waiter.run])).toEqual([[2, "b"]]);
  });
});
