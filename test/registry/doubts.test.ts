import { describe, expect, it } from "vitest";
import { createDoubts, type RegistryInput, step } from "../../registry/index.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

type End = Extract<RegistryInput, { kind: "runEnded" }>;

const outlet = (run: string): object => ({ asset: "s3://lake/b", id: `${run}/out` });
/** As the run tells it, by a signal. */
const told = (run: string): End => ({
  ...{ kind: "runEnded", claimed: true, run, temporalRunId: "t", dag: "d", partition: null, status: "succeeded" },
  outlets: [outlet(run)] as never,
});
/** As it is found by somebody who looks. */
const found = (run: string): End => {
  const { claimed: _, ...end } = told(run);
  return { ...end, outlets: [] };
};
const publish: RegistryInput = { kind: "publish", events: [a("1")] };

const world = () => deployed(catalogOf({ d: { on: { asset: "s3://lake/a" }, outlets: ["s3://lake/b"] }, onOutlet: { on: { asset: "s3://lake/b" } } }));

describe("what signals say of runs that the registry does not know", () => {
  it("waits for one answer at a time, in its order, and nothing else waits for it", () => {
    const doubts = createDoubts(world());
    expect(doubts.divert([told("x"), publish])).toEqual([publish]);
    expect(doubts.ask()).toEqual([told("x")]);
    expect(doubts.divert([told("y"), told("z")])).toEqual([]);
    expect(doubts.ask()).toEqual([]);
    expect(doubts.held()).toEqual([told("x"), told("y"), told("z")]);
    expect(doubts.answered(["there is none"])).toEqual([{ kind: "runUnknown", claim: told("x"), why: "there is none" }]);
    expect(doubts.ask()).toEqual([told("y"), told("z")]);
    expect(doubts.answered([null, null]).map((input) => (input as End).claimed)).toEqual([undefined, undefined]);
    expect([doubts.ask(), doubts.held()]).toEqual([[], []]);
  });

  it("is not overtaken by an end that was found by looking, which knows of no outlets", () => {
    const registry = world();
    const doubts = createDoubts(registry);
    expect(doubts.divert([told("x")])).toEqual([]);
    doubts.ask();
    expect(doubts.divert([found("x"), found("other")])).toEqual([found("other")]);
    expect(doubts.held()).toEqual([told("x"), found("x")]);
    const { starts } = step(registry, doubts.answered([null]), NOW);
    expect(starts.map(({ dag }) => dag)).toEqual(["onOutlet"]);
    expect(doubts.held()).toEqual([]);
  });

  it("holds a found end until all that the run has told was answered", () => {
    const doubts = createDoubts(world());
    const again: End = { ...told("x"), temporalRunId: "u" };
    doubts.divert([told("x")]);
    doubts.ask();
    doubts.divert([again, found("x")]);
    expect(doubts.answered(["gone"])).toHaveLength(1);
    expect(doubts.ask()).toEqual([again]);
    expect(doubts.answered([null]).map(({ kind }) => kind)).toEqual(["runEnded", "runEnded"]);
  });
});
