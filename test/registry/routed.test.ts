import { describe, expect, it } from "vitest";
import { eventIdentity } from "../../core/event-identity.ts";
import type { Fact } from "../../core/fact.ts";
import { openRegistry, type Registry, type RegistryInput, type RoutedBatch, stateOf, step } from "../../registry/index.ts";
import { shardOf } from "../../registry/shard.ts";
import { splitState } from "../../registry/shards.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

/** A DAG that shard 1 of 2 has, and that takes each event of `a` alone. */
const DAG = ["d0", "d1", "d2", "d3"].find((dag) => shardOf(dag, 2) === 1) ?? "";

function twoShards(): readonly [router: Registry, shard: Registry] {
  const whole = deployed(catalogOf({ [DAG]: { on: { asset: "s3://lake/a" }, policy: { mode: "each", concurrency: 100 } } }));
  return splitState(stateOf(whole), 2, 1).map((part) => openRegistry(part)) as unknown as readonly [Registry, Registry];
}

let minute = 0;
function publish(router: Registry, ...ids: string[]): readonly RoutedBatch[] {
  minute += 1;
  return step(router, [{ kind: "publish", events: ids.map((id) => a(id)) }], NOW + minute * 60_000).routed;
}

function take(shard: Registry, batches: readonly RoutedBatch[]): { readonly ran: readonly (string | undefined)[]; readonly facts: readonly Fact[] } {
  const inputs = batches.map(({ batch }): RegistryInput => ({ kind: "routed", ...batch }));
  const { facts, starts } = step(shard, inputs, NOW + minute * 60_000);
  return { facts, ran: starts.flatMap(({ input }) => (input.events ?? []).map(({ id }) => id)) };
}

describe("what the router hands a shard", () => {
  it("is taken once, also when it comes in a later step again", () => {
    const [router, shard] = twoShards();
    const first = publish(router, "1", "2");
    expect(take(shard, first).ran).toEqual(["1", "2"]);
    expect(take(shard, [...first, ...publish(router, "3")]).ran).toEqual(["3"]);
  });

  it("is not taken behind a gap, and the gap is said", () => {
    const [router, shard] = twoShards();
    const [first, , third] = [publish(router, "1"), publish(router, "2"), publish(router, "3")];
    take(shard, first);
    const { facts, ran } = take(shard, third);
    expect(ran).toEqual([]);
    expect(facts).toMatchObject([{ kind: "warning", code: "E_SHARD_GAP", text: expect.stringContaining("has taken batch 1 of the router, and 3 came") }]);
  });

  it("is nothing for events that nobody there listens to", () => {
    const [router] = twoShards();
    step(router, [{ kind: "publish", events: [{ asset: "s3://lake/other" }] }], NOW + 60_000);
    const { routed } = step(router, [{ kind: "publish", events: [{ asset: "s3://lake/other" }] }], NOW + 120_000);
    expect(routed).toEqual([]);
  });

  it("comes in several batches when it is much, each of a size that a signal may have", () => {
    const [router, shard] = twoShards();
    const data = { text: "x".repeat(50_000) };
    const { routed } = step(router, [{ kind: "publish", events: ["1", "2", "3", "4", "5"].map((id) => a(id, { data })) }], NOW + 60_000);
    expect(routed.map(({ batch }) => [batch.no, JSON.stringify(batch).length < 160_000])).toEqual([
      [1, true],
      [2, true],
      [3, true],
    ]);
    // A router that is reset behind the first of them sends the others again.
    expect(routed.map(({ batch }) => batch.accepted)).toEqual([2, 4, 5]);
    expect(take(shard, routed).ran).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("comes again when the router was reset, in another order, and is taken once", () => {
    const [router, shard] = twoShards();
    const before = stateOf(router);
    const first = publish(router, "1", "2");
    take(shard, first);
    const lost = publish(router, "3");

    // The reset: the state of before, and the numbers that events had in the life that is undone.
    const again = openRegistry(before);
    const sent = [...first, ...lost].flatMap(({ batch }) => batch.inputs.flatMap((input) => (input.kind === "accepted" ? input.events : [])));
    const events = sent.map((event) => [eventIdentity(event), event.seq] as const);
    const adopted: RegistryInput = { kind: "adopt", starts: [], events, unstarted: [], facts: 10 };
    step(again, [adopted], NOW + (minute + 1) * 60_000);
    const anew = [...publish(again, "3", "2"), ...publish(again, "1", "4")];
    expect(anew.map(({ batch }) => [batch.no, batch.generation > 1])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(take(shard, anew).ran).toEqual(["3", "4"]);
    // What was still on the way from the life that is undone is of a generation that is over.
    expect(take(shard, lost).ran).toEqual([]);
  });
});
