import { describe, expect, it } from "vitest";
import { bytesOf, fitKept } from "../../client/fit-kept.ts";
import type { Json } from "../../core/json.ts";
import type { KeptRun } from "../../core/run.ts";
import { toKeptRef } from "../../core/tasks/kept-ref.ts";
import { resolveValue } from "../../core/tasks/resolve-kept.ts";
import { createTestKept } from "../../testing/test-kept.ts";

const text = (length: number): string => "é".repeat(length / 2);
const values: Readonly<Record<string, Json>> = { list: [text(4_000), text(4_000)], large: { text: text(6_000) }, small: text(1_000), nothing: null };
const kept: KeptRun = {
  run: "orders/1",
  from: ["load"],
  tasks: {
    ...Object.fromEntries(Object.entries(values).map(([id, value]) => [id, { status: "succeeded", value } as const])),
    passed: { status: "skipped", why: "none" },
  },
};

describe("what a rerun takes over", () => {
  it("stays as it is where it has room", async () => {
    const store = createTestKept();
    expect(await fitKept(kept, 20_000, store.keep)).toEqual(kept);
  });

  it.each([
    [10_000, ["list"]],
    [2_000, ["list", "large"]],
    [800, ["list", "large", "small"]],
  ])("goes by reference, the largest first, until it has %i bytes", async (room, byReference) => {
    const store = createTestKept();
    const fitting = await fitKept(kept, room, store.keep);
    expect(bytesOf(fitting)).toBeLessThanOrEqual(room);
    expect(Object.keys(values).filter((id) => toKeptRef(fitting.tasks[id]?.value) !== undefined)).toEqual(byReference);
    for (const [id, value] of Object.entries(values)) expect(await resolveValue(fitting.tasks[id]?.value as Json, store)).toEqual(value);
    expect(fitting).toMatchObject({ run: "orders/1", from: ["load"], tasks: { passed: { status: "skipped", why: "none" } } });
  });

  it("goes on as a list that a map can go over item by item", async () => {
    const { tasks } = await fitKept(kept, 10_000, createTestKept().keep);
    expect(tasks.list?.value).toMatchObject({ $headgate: "kept", count: 2 });
  });
});
