import { describe, expect, it } from "vitest";
import { ev, on, play } from "./play.ts";

const abc = { sequence: [on("a"), on("b"), on("c")] };

describe("a sequence", () => {
  it("is due when its positions can be filled in order; other events between them do not matter", () => {
    const { started } = play({ on: abc, mode: "each" }, [
      ["00:00", { event: ev("a", "a1") }],
      ["00:01", { event: ev("a", "a2") }],
      ["00:02", { event: ev("b", "b1") }],
      ["00:03", { event: ev("b", "b2") }],
      ["00:04", { event: ev("c", "c1") }],
    ]);
    expect(started).toEqual(["d@00:04 a1,b1,c1"]);
  });

  it("needs an event of its own for each position", () => {
    const { started } = play({ on: { sequence: [on("a"), on("a")] }, mode: "each" }, [
      ["00:00", { event: ev("a", "1") }],
      ["00:01", { event: ev("a", "2") }],
      ["00:02", { event: ev("a", "3") }],
    ]);
    expect(started).toEqual(["d@00:01 1,2"]);
  });

  it("keeps an event that came too early, since a late one may still make it fit", () => {
    const { started } = play({ on: { sequence: [on("a"), on("b")] } }, [
      ["00:10", { event: ev("b", "b") }],
      ["00:20", { event: ev("a", "a", { time: "00:05" }) }],
    ]);
    expect(started).toEqual(["d@00:20 a,b"]);
  });

  it("drops what is older than the match when a run takes it", () => {
    const played = play({ on: { sequence: [on("a"), on("b")] } }, [
      ["00:00", { event: ev("b", "early") }],
      ["00:01", { event: ev("a", "a") }],
      ["00:02", { event: ev("b", "b") }],
    ]);
    expect(played.started).toEqual(["d@00:02 a,b"]);
    expect(played.fate("early")).toBe("dropped(out of order)");
  });

  it("takes what lies between the first and the last event of the match in mode batch only", () => {
    const lines = [
      ["00:00", { event: [ev("a", "a1", { time: "00:00" })] }],
      ["00:01", { event: ev("a", "a2") }],
      ["00:02", { event: ev("b", "b1") }],
    ] as const;
    expect(play({ on: { sequence: [on("a"), on("b")] } }, lines).started).toEqual(["d@00:02 a1,a2,b1"]);
    const each = play({ on: { sequence: [on("a"), on("b")] }, mode: "each" }, lines);
    expect(each.started).toEqual(["d@00:02 a1,b1"]);
    expect(each.fate("a2")).toBe("pending");
  });

  it("orders events of one time by acceptance", () => {
    const same = { time: "00:00" };
    const order = (...ids: string[]) => play({ on: { sequence: [on("a"), on("b")] } }, [["00:00", { event: ids.map((id) => ev(id, id, same)) }]]).started;
    expect(order("a", "b")).toEqual(["d@00:00 a,b"]);
    expect(order("b", "a")).toEqual([]);
  });

  it("may have any node as position", () => {
    const { started } = play({ on: { sequence: [{ all: [on("a"), on("b")] }, { any: [on("c"), on("d")] }] }, mode: "each" }, [
      ["00:00", { event: ev("d", "too early") }],
      ["00:01", { event: ev("b", "b") }],
      ["00:02", { event: ev("a", "a") }],
      ["00:03", { event: ev("d", "d") }],
    ]);
    expect(started).toEqual(["d@00:03 b,a,d"]);
  });

  it("fills a cron position by the first tick after the position before it", () => {
    const dag = { on: { sequence: [on("a"), { cron: "0 * * * *" }, on("b")] } };
    const { started } = play(dag, [
      ["00:30", { event: ev("a", "a") }],
      ["00:50", { event: ev("b", "too early") }],
      ["03:10", { event: ev("b", "b", { time: "01:10" }) }],
    ]);
    expect(started).toEqual(["d@03:10 a,too early,b"]);
    expect(play({ ...dag, mode: "each" }, [["00:30", { event: ev("a", "a") }], ["00:50", { event: ev("b", "b") }], ["02:00"]]).started).toEqual([]);
    expect(play({ on: { sequence: [on("a"), { cron: "0 * * * *" }] } }, [["00:30", { event: ev("a", "a") }], ["02:00"]]).started).toEqual(["d@01:00 a"]);
  });

  it("takes the newest match in mode latest, and the older events are superseded", () => {
    const played = play({ on: { sequence: [on("a"), on("b")] }, mode: "latest", paused: true }, [
      ["00:00", { event: ev("a", "a1") }],
      ["00:01", { event: ev("a", "a2") }],
      ["00:02", { event: ev("b", "b1") }],
      ["00:03", { event: ev("b", "b2") }],
      ["00:04", { resume: "d" }],
    ]);
    expect(played.started).toEqual(["d@00:04 a2,b2"]);
    expect([played.fate("a1"), played.fate("b1")]).toEqual(["superseded", "superseded"]);
  });

  it("with a count takes as many for a position", () => {
    const { started } = play({ on: { sequence: [on("a", { count: 2 }), on("b")] }, mode: "each" }, [
      ["00:00", { event: ev("a", "a1") }],
      ["00:01", { event: ev("b", "b1") }],
      ["00:02", { event: ev("a", "a2") }],
      ["00:03", { event: ev("b", "b2") }],
    ]);
    expect(started).toEqual(["d@00:03 a1,a2,b2"]);
  });
});
