import { describe, expect, it } from "vitest";
import { toPoolAsk, toPoolLeave, toPoolTurn } from "../../core/pool-protocol.ts";

const ticket = { ticket: "load", priority: 0, since: 1 };
const ask = { run: "orders/1", temporalRunId: "t", places: 2, tickets: [ticket, { ...ticket, ticket: "save", lost: 1 }] };
const leave = { run: "orders/1", temporalRunId: "t", ticket: "load", place: 1 };
const turn = { pool: "pool/narrow", ticket: "load", place: 1, slot: "pool/narrow/1" };

describe("a signal of a pool", () => {
  it("is what our own workflows send", () => {
    expect([toPoolAsk(ask), toPoolLeave(leave), toPoolTurn(turn)]).toEqual([ask, leave, turn]);
  });

  it.each<readonly [what: string, given: unknown]>([
    ["nothing", undefined],
    ["a text", "load"],
    ["an object without fields", {}],
    ["no places", { ...ask, places: 0 }],
    ["no list of tickets", { ...ask, tickets: {} }],
    ["a ticket without a time", { ...ask, tickets: [{ ticket: "load", priority: 0 }] }],
    ["a run without a name", { ...ask, run: "" }],
    ["a lost place that is none", { ...ask, tickets: [{ ...ticket, lost: "1" }] }],
  ])("is no ask with %s", (_, given) => {
    expect(toPoolAsk(given)).toBeUndefined();
  });

  it.each<readonly [what: string, read: (given: unknown) => unknown, given: object]>([
    ["leave without a place", toPoolLeave, { ...leave, place: undefined }],
    ["leave without a run", toPoolLeave, { ...leave, run: 5 }],
    ["turn without a pool", toPoolTurn, { ...turn, pool: undefined }],
    ["turn without a place", toPoolTurn, { ...turn, place: 1.5 }],
  ])("is no %s", (_, read, given) => {
    expect(read(given)).toBeUndefined();
  });
});
