import { describe, expect, it } from "vitest";
import { explainDagText } from "../../cli/explain-dag-text.ts";
import { explainEventText } from "../../cli/explain-event-text.ts";
import type { LastSeen } from "../../client/last-seen.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import type { Definition } from "../../core/definition.ts";
import { all, asset, dag } from "../../core/index.ts";
import { type ConsumerExplanation, explainConsumer } from "../../registry/explain.ts";
import { emptyState, openRegistry, type RegistryInput, step } from "../../registry/index.ts";
import { NOW, plain } from "./plain.ts";

const HOUR = 3_600_000;
const orders = asset("s3://lake/orders");
const users = asset("s3://lake/users");
const { catalog } = buildCatalog(
  "headgate",
  [dag("mart", { on: all(orders, users) }, (d) => void d.task("build", { run: () => 1 }))] as unknown as Definition[],
  { taskQueue: "headgate" },
);

/** What the registry says of `mart` after these inputs, one an hour. */
function explained(...inputs: RegistryInput[]): ConsumerExplanation {
  const registry = openRegistry(emptyState("e1"));
  const steps: RegistryInput[] = [{ kind: "register", project: "headgate", revision: 1, catalog }, ...inputs];
  for (const [index, input] of steps.entries()) step(registry, [input], NOW - (steps.length - index) * HOUR);
  return explainConsumer(registry, "mart", NOW).data as ConsumerExplanation;
}
const published = (uri: string, id: string): RegistryInput => ({ kind: "publish", events: [{ asset: uri, id }] });
const text = (answer: ConsumerExplanation, lastSeen: readonly LastSeen[] = []): string[] => explainDagText({ ...answer, lastSeen }, plain).split("\n");

describe("explaining a DAG", () => {
  it("shows what is there, what is missing, and what became of its last event", () => {
    const lastSeen: LastSeen[] = [
      { asset: "s3://lake/user", event: null, fate: null },
      {
        asset: "s3://lake/users",
        event: { at: NOW - 3 * HOUR, id: "u1", source: "external", partition: null, run: null },
        fate: { fate: "consumed", why: null, run: "mart/e1-1" },
      },
    ];
    expect(text(explained(published("s3://lake/orders", "o1")), lastSeen)).toEqual([
      "mart runs on all(s3://lake/orders, s3://lake/users)",
      "",
      "waits, 1 event pending",
      "  · all",
      "    ✓ s3://lake/orders: there, 1 pending",
      "    · s3://lake/users: waits for an event",
      "      its last event, u1, came 3 h ago and was consumed by mart/e1-1",
    ]);
  });

  it("says who paused it, since when, and that it would run", () => {
    const lines = text(explained({ kind: "pause", dag: "mart", by: "ann" }, published("s3://lake/orders", "o1"), published("s3://lake/users", "u1")));
    expect(lines[1]).toBe("paused 3 h ago by ann");
    expect(lines[3]).toMatch(/^due, and held back: paused since .* by ann, 2 events pending$/);
  });

  it("names the run that is under way, and since when", () => {
    const lines = text(explained(published("s3://lake/orders", "o1"), published("s3://lake/users", "u1")));
    expect(lines[1]).toBe("running: mart/e1-1, for 1 h");
  });

  it("waits for everything at first", () => {
    expect(text(explained())).toContain("    · s3://lake/orders: waits for an event");
  });
});

describe("explaining an event", () => {
  const event = {
    registry: "r",
    watcher: null,
    seq: 12,
    at: NOW - 5_000,
    asset: "s3://lake/orders",
    partition: null,
    source: "external",
    id: "o1",
    time: NOW - 6_000,
    data: { rows: 3 },
    hops: 0,
  };
  const fate = { registry: "r", seq: 12, source: "external", id: "o1", asset: "s3://lake/orders", key: "", why: null, at: NOW - 4_000, history: [] };
  const nothing = { events: [], fates: [], repeats: [], rejected: [], quarantined: [], live: null };

  it("has a line for each DAG that saw it", () => {
    const fates = [
      { ...fate, dag: "mart", fate: "consumed" as const, run: "mart/e1-1" },
      { ...fate, dag: "audit", fate: "filtered" as const, run: null, why: "where" },
    ];
    const lines = explainEventText({ ...nothing, events: [event], fates }, plain).split("\n");
    expect(lines).toContain('data      {"rows":3}');
    expect(lines.slice(-3)).toEqual([
      "DAG    FATE      WHEN     RUN        WHY",
      "mart   consumed  4 s ago  mart/e1-1",
      "audit  filtered  4 s ago             where",
    ]);
  });

  it("says that no DAG waits for it", () => {
    expect(explainEventText({ ...nothing, events: [event] }, plain)).toContain("no DAG waits for it");
  });

  it("counts repeats, and says when one differed", () => {
    const repeat = { at: NOW - 1_000, source: "external", id: "o1", asset: "s3://lake/orders" };
    const repeats = [
      { ...repeat, differed: false },
      { ...repeat, differed: true },
    ];
    expect(explainEventText({ ...nothing, events: [event], repeats }, plain)).toContain(
      "2 repeats were dropped as duplicates, the last one 1 s ago; they did not all say the same",
    );
  });

  it("shows why it was rejected", () => {
    const rejected = [{ registry: "r", n: 1, at: NOW - 2_000, code: "E_EVENT_DATA", why: "rows: expected number", event: { id: "o1" } }];
    expect(explainEventText({ ...nothing, rejected }, plain)).toBe("rejected 2 s ago: E_EVENT_DATA rows: expected number");
  });
});
