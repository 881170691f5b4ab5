import { describe, expect, it } from "vitest";
import type { ConditionNode } from "../../core/condition.ts";
import type { AssetEvent } from "../../core/event.ts";
import type { Policy } from "../../core/policy.ts";
import { explain, openRegistry, type Registry, type RegistryInput, stateOf, step } from "../../registry/index.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

const HOUR = 3_600_000;
const ON_A: ConditionNode = { asset: "s3://lake/a" };
const SINCE: Policy = { startAt: { since: "2h" } };

/** A registry that accepted the events 1 to 4, an hour apart, before `late` is deployed at 4:30. */
function before(): { registry: Registry; recorded: readonly AssetEvent[] } {
  const registry = deployed(catalogOf({ other: { on: { asset: "s3://lake/b" } } }, { project: "other" }));
  const recorded = [1, 2, 3, 4].flatMap((n) =>
    step(registry, [{ kind: "publish", events: [a(`${n}`)] }], NOW + n * HOUR).facts.flatMap((fact) => (fact.kind === "event" ? [fact.event] : [])),
  );
  return { registry, recorded };
}

const DEPLOYED_AT = NOW + 4.5 * HOUR;

function deploy(registry: Registry, policy: Policy = SINCE, revision = 1, at = DEPLOYED_AT): ReturnType<typeof step> {
  const catalog = catalogOf({ late: { on: ON_A, policy } });
  return step(registry, [{ kind: "register", project: "test", revision, catalog }], at);
}

const page = (events: readonly (AssetEvent | undefined)[], last: boolean): RegistryInput => ({
  kind: "handOver",
  dag: "late",
  events: events.filter((event) => event !== undefined),
  last,
});
const idsOf = ({ starts }: ReturnType<typeof step>): string[] => starts.map(({ input }) => (input.events ?? []).map(({ id }) => id).join(","));

describe("a new consumer that begins in the past", () => {
  it("says what it wants: accepted since then, and before it sees events by itself", () => {
    const { registered } = deploy(before().registry);
    expect(registered).toMatchObject([{ ok: true, fromSeq: 5, wants: [{ dag: "late", since: DEPLOYED_AT - 2 * HOUR, after: 0, before: 5 }] }]);
  });

  it("starts nothing before the last page, and then takes old and new events together, in their order, once", () => {
    const { registry, recorded } = before();
    deploy(registry);
    expect(idsOf(step(registry, [{ kind: "publish", events: [a("5")] }], DEPLOYED_AT + 1))).toEqual([]);
    expect(idsOf(step(registry, [page([recorded[2]], false)], DEPLOYED_AT + 2))).toEqual([]);
    expect(explain(registry, { dag: "late" }, DEPLOYED_AT).text).toContain("held back: waits for the recorded events since");
    const ended = step(registry, [page([recorded[3]], true)], DEPLOYED_AT + 3);
    expect(idsOf(ended)).toEqual(["3,4,5"]);
    const fates = ended.facts.flatMap((fact) => (fact.kind === "fate" ? [`${fact.seq} ${fact.fate}`] : []));
    expect(fates.sort()).toEqual(["3 consumed", "4 consumed", "5 consumed"]);
  });

  it.each<readonly [string, (recorded: readonly AssetEvent[]) => readonly RegistryInput[]]>([
    ["a page that comes again", (all) => [page([all[2]], false), page([all[2]], false), page([all[3]], true), page([all[3]], true)]],
    ["events that are too old", (all) => [page(all, true)]],
    ["events that it saw by itself", (all) => [page([all[2], all[3], { ...(all[3] as AssetEvent), seq: 5, id: "5" }], true)]],
  ])("does not mind %s", (_, pages) => {
    const { registry, recorded } = before();
    deploy(registry);
    const steps = pages(recorded).map((input, index) => step(registry, [input], DEPLOYED_AT + index + 1));
    expect(steps.flatMap(idsOf)).toEqual(["3,4"]);
  });

  it("goes on where it stopped after a restart, when it is deployed again", () => {
    const { registry, recorded } = before();
    deploy(registry);
    step(registry, [page([recorded[2]], false)], DEPLOYED_AT + 1);
    const later = openRegistry(stateOf(registry));
    const { registered } = deploy(later, SINCE, 2, DEPLOYED_AT + HOUR);
    expect(registered).toMatchObject([{ wants: [{ dag: "late", since: DEPLOYED_AT - 2 * HOUR, after: 3, before: 5 }] }]);
    expect(idsOf(step(later, [page([recorded[3]], true)], DEPLOYED_AT + HOUR + 1))).toEqual(["3,4"]);
  });

  it("wants nothing any more when it has all, or when startAt is taken away", () => {
    const { registry, recorded } = before();
    deploy(registry);
    step(registry, [page(recorded, true)], DEPLOYED_AT + 1);
    expect(deploy(registry, SINCE, 2).registered[0]).not.toHaveProperty("wants");

    const other = before();
    deploy(other.registry);
    step(other.registry, [{ kind: "publish", events: [a("5")] }], DEPLOYED_AT + 1);
    const edited = deploy(other.registry, {}, 2, DEPLOYED_AT + 2);
    expect(edited.registered[0]).not.toHaveProperty("wants");
    expect(idsOf(edited)).toEqual(["5"]);
  });

  it("starts at once if it wants the present", () => {
    const { registry } = before();
    expect(deploy(registry, { startAt: "now" }).registered[0]).not.toHaveProperty("wants");
    expect(idsOf(step(registry, [{ kind: "publish", events: [a("5")] }], DEPLOYED_AT + 1))).toEqual(["5"]);
  });
});
