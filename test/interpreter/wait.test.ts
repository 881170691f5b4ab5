import { describe, expect, it } from "vitest";
import { endByAnswer, endByTimeout, MAX_RUNNING } from "../../interpreter/index.ts";
import { beginWait } from "../../interpreter/wait.ts";
import { planOf, play } from "./play.ts";

describe("a wait begins", () => {
  it.each([
    ["a time from now on", { for: "time", ms: 60_000 }, {}, { kind: "instant", at: 61_000 }],
    ["a fixed instant", { for: "instant", at: 5_000 }, {}, { kind: "instant", at: 5_000 }],
    ["an instant that a task returned", { for: "instant" }, { until: "1970-01-01T00:00:07Z" }, { kind: "instant", at: 7_000 }],
    ["what is no instant", { for: "instant" }, { until: "tomorrow" }, { kind: "wrong", code: "E_WAIT_INSTANT" }],
    ["nothing at all", { for: "instant" }, { until: null }, { kind: "wrong", code: "E_WAIT_INSTANT" }],
    ["a person, for ever", { for: "approval", onTimeout: "fail" }, {}, { kind: "approval", deadline: null }],
    ["a person, for so long", { for: "approval", timeout: 500, onTimeout: "fail" }, {}, { kind: "approval", deadline: 1_500 }],
  ] as const)("with %s", (_, wait, input, begun) => {
    expect(beginWait(wait, input, 1_000, "prices/1 review")).toMatchObject(begun);
  });
});

describe("a wait ends", () => {
  const task = { ...(planOf({ a: {} }).tasks[0] as never as object), wait: { for: "approval", timeout: 7_200_000, onTimeout: "fail" } } as never;

  it("by an answer with who gave it, why and when", () => {
    expect(endByAnswer({ approved: true, by: "ana", reason: "fine" }, 0)).toEqual({
      output: { value: { by: "ana", reason: "fine", at: "1970-01-01T00:00:00.000Z" }, outlets: [] },
    });
    expect(endByAnswer({ approved: false, by: "ana", reason: "counts are off" }, 0)).toEqual({ error: "rejected by ana: counts are off", code: "E_REJECTED" });
    expect(endByAnswer({ approved: false }, 0)).toEqual({ error: "rejected by somebody", code: "E_REJECTED" });
  });

  it("by its time as a failure, or as a skip", () => {
    expect(endByTimeout(task)).toEqual({ error: "it waited 2h in vain", code: "E_WAIT_TIMEOUT" });
    const skipping = { ...(task as object), wait: { for: "approval", timeout: 60_000, onTimeout: "skip" } } as never;
    expect(endByTimeout(skipping)).toEqual({ output: { value: null, outlets: [], skipped: "it waited 1m in vain" } });
  });
});

describe("a run with waits", () => {
  it("asks for a wait instead of an activity, and goes on when it ends", () => {
    const run = play(planOf({ pause: { kind: "wait", wait: { for: "time", ms: 100 } }, next: { after: ["pause"] } }));
    expect(run.commands).toMatchObject([{ kind: "wait", task: "pause", wait: { kind: "instant", at: 1_100 } }]);
    run.succeed("pause");
    expect(run.scheduled()).toEqual(["next"]);
  });

  it("gives waits no place: any number of them leaves all places to tasks", () => {
    const waits = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`wait-${n}`, { kind: "wait" as const, wait: { for: "time" as const, ms: 100 } }]),
    );
    const tasks = Object.fromEntries(Array.from({ length: MAX_RUNNING + 1 }, (_, n) => [`task-${n}`, {}]));
    const run = play(planOf({ ...waits, ...tasks }));
    expect(run.commands.filter(({ kind }) => kind === "wait")).toHaveLength(1_000);
    expect(run.scheduled()).toHaveLength(MAX_RUNNING);
    run.succeed("wait-0");
    expect(run.scheduled()).toHaveLength(MAX_RUNNING);
    run.succeed("task-0");
    expect(run.scheduled()).toHaveLength(MAX_RUNNING + 1);
  });

  it("that is cancelled ends when its waits have heard it", () => {
    const run = play(planOf({ pause: { kind: "wait", wait: { for: "time", ms: 100 } } }));
    run.send({ kind: "cancel" });
    expect(run.end()).toBeUndefined();
    run.send({ kind: "cancelled", task: "pause" });
    expect(run.end()).toMatchObject({ status: "cancelled" });
    expect(run.state().waits).toBe(0);
  });
});
