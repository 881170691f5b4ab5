import { describe, expect, it } from "vitest";
import type { RunState } from "../../interpreter/index.ts";
import { progressText, toProgress } from "../../workflows/run-progress.ts";
import { planOf, play } from "../interpreter/play.ts";

/** What a person sees of a run of 23 November that two orders started. */
function glance(state: RunState): string {
  return progressText(state, "2026-11-23", "lake://orders: 2 events");
}

describe("the progress of a run", () => {
  it("says for which partition and why it runs, and names each task with its status", () => {
    const run = play(planOf({ load: {}, gate: { paths: ["left"] }, never: { after: ["gate.left"] }, save: { after: ["load"] } }));
    run.succeed("gate", { paths: [] });
    run.send({ kind: "lost", task: "load", attempts: 1 });
    expect(glance(run.state())).toBe(
      [
        "**running** 2 of 4 tasks done",
        "",
        "`2026-11-23` · lake://orders: 2 events",
        "",
        "- `load` running (round 2)",
        "- `gate` succeeded",
        '- `never` skipped: path "left" of "gate" was not chosen',
        "- `save` waiting",
      ].join("\n"),
    );
    run.fail("load", "disk full\n  at line 1");
    expect(glance(run.state())).toContain("**failed** 4 of 4 tasks done");
    expect(glance(run.state())).toContain("- `load` failed (round 2): disk full\n");
  });

  it("shows a wait that has begun as waiting, and for what", () => {
    const run = play(planOf({ pause: { kind: "wait", wait: { for: "time", ms: 60_000 } }, after: { after: ["pause"] } }));
    expect(glance(run.state())).toContain("- `pause` waiting: waits until 1970-01-01T00:01:01.000Z\n- `after` waiting");
    expect(toProgress("play", null, null, run.state()).tasks).toMatchObject([
      { task: "pause", status: "waiting", why: "waits until 1970-01-01T00:01:01.000Z" },
      { task: "after" },
    ]);
  });

  it("of a large run shows what runs and what failed, inside what the server takes", () => {
    const run = play(planOf(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`task-with-a-long-name-${n}`, {}]))));
    for (let n = 0; n < 300; n += 1) run.fail(`task-with-a-long-name-${n}`, "x".repeat(500));
    const text = glance(run.state());
    expect(text.split("\n")[0]).toBe("**running** 300 of 1000 tasks done");
    expect(text).toContain("- and 900 more");
    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
  });

  it("says only why where there are no partitions", () => {
    expect(progressText(play(planOf({ a: {} })).state(), null, "started by a Temporal client")).toContain("\n\nstarted by a Temporal client\n\n");
  });

  it("says that a run is being cancelled", () => {
    const run = play(planOf({ a: {} }));
    run.send({ kind: "cancel" });
    expect(glance(run.state())).toContain("**cancelling** 0 of 1");
  });

  it("as data has instants and rounds", () => {
    const run = play(planOf({ a: {} }));
    run.succeed("a");
    expect(toProgress("play", null, "hash", run.state())).toEqual({
      dag: "play",
      partition: null,
      plan: "hash",
      status: "succeeded",
      tasks: [{ task: "a", status: "succeeded", round: 1, startedAt: 1_000, endedAt: 1_010 }],
    });
    expect(toProgress("play", "eu", null, undefined)).toEqual({ dag: "play", partition: "eu", plan: null, status: "running", tasks: [] });
  });
});
