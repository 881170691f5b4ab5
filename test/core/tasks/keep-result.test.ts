import { describe, expect, it } from "vitest";
import type { Json } from "../../../core/json.ts";
import { keepResult } from "../../../core/tasks/keep-result.ts";
import { keptBytes } from "../../../core/tasks/kept-ref.ts";
import { resolveValue } from "../../../core/tasks/resolve-kept.ts";
import { createTestKept } from "../../../testing/test-kept.ts";

const OF = { run: { id: "orders/1", temporalRunId: "t", dag: "orders", cause: { kind: "person", text: "" } }, task: "load" } as const;
const ROWS = Array.from({ length: 3_000 }, (_, id) => ({ id, text: "x".repeat(100) }));

describe("a result", () => {
  it.each([
    ["of 256 KiB", "x".repeat(262_142), true],
    ["of a byte more", "x".repeat(262_143), false],
    ["of 256 KiB in letters of two bytes", "é".repeat(131_071), true],
    ["of two bytes more", "é".repeat(131_072), false],
  ])("%s stands in the history itself or as a reference", async (_, value, itself) => {
    const kept = createTestKept();
    const stands = await keepResult(value, OF, "here", kept.keep);
    expect(stands === value).toBe(itself);
    expect(JSON.stringify(stands).length < 200).toBe(!itself);
    expect(await resolveValue(stands, kept)).toBe(value);
  });

  it("that is a list is kept item by item", async () => {
    const kept = createTestKept();
    const stands = await keepResult(ROWS, OF, "here", kept.keep);
    expect(stands).toMatchObject({ $headgate: "kept", count: 3_000 });
    expect(keptBytes(stands)).toBe(JSON.stringify(ROWS).length);
    expect(await kept.one((stands as { key: string }).key, 17)).toEqual(ROWS[17]);
    expect(await resolveValue(stands, kept)).toEqual(ROWS);
  });

  it("of a retry takes the place of the one before, and those of others do not", async () => {
    const kept = createTestKept();
    const first = await keepResult(ROWS, OF, "here", kept.keep);
    const again = await keepResult(ROWS.slice(1), OF, "here", kept.keep);
    const other = await keepResult(ROWS, { ...OF, item: { index: 0, value: null } }, "here", kept.keep);
    expect((again as { key: string }).key).toBe((first as { key: string }).key);
    expect((other as { key: string }).key).not.toBe((first as { key: string }).key);
    await expect(resolveValue(first, kept)).rejects.toMatchObject({ code: "E_KEPT_GONE" });
    expect(await resolveValue(again, kept)).toHaveLength(2_999);
  });

  it("over 64 MiB is refused", async () => {
    const call = keepResult("x".repeat(64 * 1024 * 1024), OF, "dag orders, task load", createTestKept().keep);
    await expect(call).rejects.toMatchObject({ code: "E_RESULT_SIZE", message: expect.stringContaining("67108866 bytes") });
  });

  it("is found where it stands: in an outcome, and in the list of a map", async () => {
    const kept = createTestKept();
    const stands = await keepResult(ROWS, OF, "here", kept.keep);
    expect(await resolveValue({ status: "succeeded", value: stands }, kept)).toEqual({ status: "succeeded", value: ROWS });
    expect(await resolveValue([1, stands] as Json, kept)).toEqual([1, ROWS]);
    expect(keptBytes([1, stands, stands] as Json)).toBe(2 * keptBytes(stands));
  });
});
