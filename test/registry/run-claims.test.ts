import { describe, expect, it } from "vitest";
import { isDoubtful, type Registry, type RegistryInput, type StepResult, step } from "../../registry/index.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

type Claim = Extract<RegistryInput, { kind: "runStarted" | "runEnded" }>;

const claimedEnd = (run: string, temporalRunId = "t", more: object = {}): Claim => ({
  ...{ kind: "runEnded", claimed: true, run, temporalRunId, dag: "d", status: "succeeded", outlets: [{ asset: "s3://lake/b", id: `${run}/out` }] },
  ...more,
});
const claimedStart = (run: string, temporalRunId = "t"): Claim => ({
  ...{ kind: "runStarted", claimed: true, run, temporalRunId, dag: "d", partition: null, cause: { kind: "person", text: "by hand" } },
});
const believed = ({ claimed: _, ...claim }: Claim): RegistryInput => claim;

/** `d` runs for `a`, one DAG on what it makes, and one on its ends. */
function world(): { readonly registry: Registry; take(...inputs: RegistryInput[]): StepResult } {
  const registry = deployed(
    catalogOf({
      d: { on: { asset: "s3://lake/a" }, outlets: ["s3://lake/b"] },
      onOutlet: { on: { asset: "s3://lake/b" } },
      onEnd: { on: { asset: "headgate://runs/d" } },
    }),
  );
  return { registry, take: (...inputs) => step(registry, inputs, NOW) };
}

const startsOf = ({ starts }: StepResult): string[] => starts.map(({ dag }) => dag);
const rejectedOf = ({ facts }: StepResult): string[] => facts.flatMap((fact) => (fact.kind === "rejected" ? [fact.code] : []));
const running = (registry: Registry): number => registry.consumers.get("d")?.running ?? 0;

describe("what a signal says of a run", () => {
  const after = (made: ReturnType<typeof world>, before: RegistryInput, claim: Claim): Claim => {
    made.take(before);
    return claim;
  };

  it.each<[string, boolean, (made: ReturnType<typeof world>) => RegistryInput]>([
    ["the end of a run that it never heard of", true, () => claimedEnd("d/never")],
    ["the end of a run of a DAG that is not deployed", true, () => claimedEnd("x/1", "t", { dag: "x" })],
    ["the end of a run whose id is a word of JavaScript", true, () => claimedEnd("constructor")],
    ["the end of a run that only a signal told of", true, (made) => after(made, claimedStart("hand"), claimedEnd("hand"))],
    ["the end of a run that Temporal has, as somebody else said", false, (made) => after(made, believed(claimedStart("hand")), claimedEnd("hand"))],
    ["the end of another life of that run", true, (made) => after(made, believed(claimedStart("hand")), claimedEnd("hand", "other"))],
    ["the end of a run that it started", false, ({ take }) => claimedEnd(take({ kind: "publish", events: [a("1")] }).starts[0]?.id ?? "")],
    ["the start of a run that it started", true, ({ take }) => claimedStart(take({ kind: "publish", events: [a("1")] }).starts[0]?.id ?? "")],
    ["the start of a run that is new: it only takes a slot", false, () => claimedStart("hand")],
    ["the end of a run that it heard the end of", false, (made) => after(made, believed(claimedEnd("hand")), claimedEnd("hand"))],
    ["nothing of a run, but an event", false, () => ({ kind: "publish", events: [a("1")] })],
    ["nothing: the registry's own child closed", false, () => believed(claimedEnd("d/never"))],
  ])("is asked about, or not: %s", (_, doubtful, make) => {
    const made = world();
    const claim = make(made);
    expect(isDoubtful(made.registry, claim)).toBe(doubtful);
  });

  it("brings no event, no end and no run if Temporal does not have the run, and is on the rejected list", () => {
    const { take } = world();
    const result = take({ kind: "runUnknown", claim: claimedEnd("d/never"), why: "Temporal has no workflow d/never" });
    expect(rejectedOf(result)).toEqual(["E_RUN_UNKNOWN"]);
    expect(result.facts.map(({ kind }) => kind)).toEqual(["rejected"]);
    expect(result.starts).toEqual([]);
  });

  it("frees the slot that the claim of a start took, and DAGs on ends hear nothing", () => {
    const { registry, take } = world();
    take(claimedStart("hand"));
    expect(running(registry)).toBe(1);
    const result = take({ kind: "runUnknown", claim: claimedEnd("hand"), why: "Temporal has no workflow hand" });
    expect(running(registry)).toBe(0);
    expect(startsOf(result)).toEqual([]);
    expect(rejectedOf(result)).toEqual(["E_RUN_UNKNOWN"]);
    expect(result.facts).toContainEqual(expect.objectContaining({ kind: "run", run: "hand", status: "cancelled" }));
  });

  it("does the same when the reconciler finds that there is no such run; a run that somebody saw has an end", () => {
    const { registry, take } = world();
    take(claimedStart("forged"), claimedStart("seen"));
    take(believed(claimedStart("seen")));
    const missing = (run: string): RegistryInput => ({ ...believed(claimedEnd(run)), status: "cancelled", outlets: [], missing: true }) as RegistryInput;
    expect(startsOf(take(missing("forged")))).toEqual([]);
    expect(startsOf(take(missing("seen")))).toEqual(["onEnd"]);
    expect(running(registry)).toBe(0);
  });

  it("counts in full if Temporal has the run: outlets and end start what waits for them", () => {
    const { take } = world();
    expect(startsOf(take(believed(claimedEnd("hand"))))).toEqual(["onOutlet", "onEnd"]);
  });

  it("of another life of a run does not make its true end a stranger's", () => {
    const { registry, take } = world();
    const [start] = take({ kind: "publish", events: [a("1")] }).starts;
    take({ kind: "runUnknown", claim: claimedStart(start?.id ?? "", "forged"), why: "Temporal has no such run" });
    expect(running(registry)).toBe(1);
    expect(startsOf(take(believed(claimedEnd(start?.id ?? "", "true"))))).toEqual(["onOutlet", "onEnd"]);
    expect(running(registry)).toBe(0);
  });

  it.each(["constructor", "toString", "hasOwnProperty"])("may be about a run that somebody called %s", (run) => {
    const { registry, take } = world();
    take(believed(claimedStart(run)));
    expect(running(registry)).toBe(1);
    expect(startsOf(take(believed(claimedEnd(run))))).toEqual(["onOutlet", "onEnd"]);
    expect(running(registry)).toBe(0);
  });
});
