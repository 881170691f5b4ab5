import { describe, expect, it } from "vitest";
import { createEvents } from "../../registry/events.ts";
import { contentOf, nameOf, readFingerprint, writeFingerprint } from "../../registry/fingerprint.ts";
import { emptyState, openRegistry, stateOf, step } from "../../registry/index.ts";
import { createLedger } from "../../registry/ledger.ts";
import { createMarks, mark, takeMark, takeMarks } from "../../registry/marks.ts";
import type { Held } from "../../registry/order.ts";
import { a, catalogOf, deployed, NOW } from "./machine.ts";

const COUNTS = [1, 8, 9, 100];

describe("marks", () => {
  it.each(COUNTS)("%i ids are taken once each, and may be noted again", (count) => {
    const marks = createMarks();
    const ids = Array.from({ length: count }, (_, index) => `=${index}`);
    for (const id of [...ids, ...ids]) mark(marks, id);
    expect(marks.ids).toEqual(ids);
    expect(Array.from({ length: count + 1 }, () => takeMark(marks))).toEqual([...[...ids].reverse(), undefined]);
    for (const id of ids) mark(marks, id);
    takeMarks(marks);
    mark(marks, "=0");
    expect(marks.ids).toEqual(["=0"]);
  });

  it("a mark that was taken counts as new among many, too", () => {
    const marks = createMarks();
    for (let index = 0; index < 20; index++) mark(marks, `=${index}`);
    const taken = takeMark(marks);
    mark(marks, taken ?? "");
    mark(marks, taken ?? "");
    expect(marks.ids).toHaveLength(20);
  });
});

describe("the ledger", () => {
  it.each(COUNTS)("keeps one fate of each of %i events for each key of a consumer within an instant", (count) => {
    const ledger = createLedger({ event: 0, fact: 0, run: 0, name: 0 });
    for (const [instant, fate] of (["pending", "expired"] as const).entries()) {
      ledger.open(NOW + instant);
      for (const key of ["x", "y"]) for (let seq = 1; seq <= count; seq++) ledger.fate("d", key, seq, "pending");
      for (let seq = 1; seq <= count; seq++) ledger.fate("d", "y", seq, fate);
      const facts = ledger.close();
      expect(facts).toHaveLength(2 * count);
      expect(facts.every((one) => one.kind === "fate" && one.fate === (one.key === "y" ? fate : "pending"))).toBe(true);
    }
  });
});

describe("events", () => {
  it("are found by their numbers, however far apart these are", () => {
    const events = createEvents();
    const held = (seq: number): Held => ({ seq, time: 0, at: 0, bytes: 0, refs: 0 }) as Held;
    const seqs = [1, 2, 31, 32, 33, 1_000, 2 ** 31 + 5, 2 ** 52];
    for (const seq of [...seqs, ...seqs]) events.set(seq, held(seq));
    expect(events.size).toBe(seqs.length);
    expect(seqs.map((seq) => events.get(seq)?.seq)).toEqual(seqs);
    expect([3, 64, 2 ** 31].map((seq) => events.get(seq))).toEqual([undefined, undefined, undefined]);
    for (const seq of [1, 1, 32, 2 ** 52]) events.delete(seq);
    expect([...events.values()].map(({ seq }) => seq).sort((x, y) => x - y)).toEqual([2, 31, 33, 1_000, 2 ** 31 + 5]);
    expect(events.size).toBe(5);
  });
});

describe("fingerprints", () => {
  it.each(Array.from({ length: 40 }, (_, n) => [`object-${n}`]))("of %s are the same after a restart", (id) => {
    const fingerprint = { name: nameOf("s3://lake", id), content: contentOf("s3://lake/a", null, { id }) };
    expect(readFingerprint(JSON.parse(JSON.stringify(writeFingerprint(fingerprint))))).toEqual(fingerprint);
  });

  it("differ where source, id, asset, partition or data do", () => {
    const names = ["a", "b", "ab", ""].flatMap((source) => ["a", "b", "ab", "ba"].map((id) => nameOf(source, id)));
    expect(new Set(names).size).toBe(names.length);
    const contents = [
      contentOf("a", null, {}),
      contentOf("b", null, {}),
      contentOf("a", "b", {}),
      contentOf("a", null, { x: 1 }),
      contentOf("a", null, { x: 2 }),
    ];
    expect(new Set(contents).size).toBe(contents.length);
  });

  it("of ids that came are found after a restart, and the oldest are forgotten", () => {
    const registry = openRegistry(emptyState("e"));
    const publish = (from: number, to: number) =>
      step(registry, [{ kind: "publish", events: ids(from, to) }], NOW).facts.filter(({ kind }) => kind === "duplicate");
    publish(0, 25_000);
    expect(publish(15_000, 25_000)).toHaveLength(10_000);
    const again = openRegistry(stateOf(registry));
    expect(step(again, [{ kind: "publish", events: ids(15_000, 25_000) }], NOW).facts.every(({ kind }) => kind === "duplicate")).toBe(true);
    expect(publish(14_000, 15_000)).toHaveLength(0);
  });
});

describe("a key", () => {
  it("of which a paused DAG drops the only event is forgotten", () => {
    const on = { any: [{ absent: { asset: "s3://lake/c" }, for: "4m" }, { asset: "s3://lake/a" }], by: "k" } as const;
    const registry = deployed(catalogOf({ d: { on, policy: { whenPaused: "drop" } } }));
    step(registry, [{ kind: "pause", dag: "d" }], NOW);
    step(registry, [{ kind: "publish", events: [a("1", { data: { k: "x" } })] }], NOW + 60_000);
    expect(stateOf(registry).consumers.d?.groups).toEqual({});
  });
});

function ids(from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, index) => a(`${from + index}`));
}
