import { describe, expect, it } from "vitest";
import { heldByFailed, holdEvents, letGoOfHeld } from "../../registry/held-runs.ts";
import type { Consumer } from "../../registry/registry.ts";

function consumer(): Consumer {
  return { state: {} } as unknown as Consumer;
}

describe("what failed runs hold", () => {
  it("is let go of run by run, each once", () => {
    const one = consumer();
    holdEvents(one, "a/1", 3);
    holdEvents(one, "a/2", 2);
    letGoOfHeld(one, "a/1", 3);
    letGoOfHeld(one, "a/1", 3);
    expect(heldByFailed(one.state)).toEqual({ runs: 1, events: 2 });
    letGoOfHeld(one, "a/2", 2);
    expect(one.state.held).toBeUndefined();
  });

  it("counts no run without events, and none that is a stranger", () => {
    const one = consumer();
    holdEvents(one, "a/1", 0);
    letGoOfHeld(one, "b/1", 5);
    expect(heldByFailed(one.state)).toEqual({ runs: 0, events: 0 });
  });

  it("of a run that is too old to be known by its name is still let go of", () => {
    const one = consumer();
    for (let run = 1; run <= 501; run += 1) holdEvents(one, `a/${run}`, 1);
    letGoOfHeld(one, "a/1", 1);
    expect(heldByFailed(one.state)).toEqual({ runs: 500, events: 500 });
    letGoOfHeld(one, "a/0", 1);
    expect(heldByFailed(one.state)).toEqual({ runs: 500, events: 500 });
  });
});
