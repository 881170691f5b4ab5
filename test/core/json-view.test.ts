import { expect, expectTypeOf, it } from "vitest";
import { jsonView, readView } from "../../core/json-view.ts";

const RUN = {
  ...{ run: "orders/1", startedAt: 1_764_000_000_123, endedAt: null, why: "at 2026-11-24T00:00:00.000Z" },
  tasks: [{ task: "load", at: 0 }],
  consumed: [{ time: -1, data: { at: "2026-11-24T00:00:00.000Z", until: 7 } }],
} as const;

it("shows our instants as ISO 8601, and nobody else's", () => {
  expect(jsonView(RUN)).toEqual({
    ...{ run: "orders/1", startedAt: "2025-11-24T16:00:00.123Z", endedAt: null, why: "at 2026-11-24T00:00:00.000Z" },
    tasks: [{ task: "load", at: "1970-01-01T00:00:00.000Z" }],
    consumed: [{ time: "1969-12-31T23:59:59.999Z", data: { at: "2026-11-24T00:00:00.000Z", until: 7 } }],
  });
});

it("is read back as what it was made of", () => {
  expect(readView<typeof RUN>(jsonView(RUN) as never)).toEqual(RUN);
});

it("is not read into what has its instants as text", () => {
  expectTypeOf(readView<{ readonly at: number }>)
    .parameter(0)
    .toEqualTypeOf<{ readonly at: string }>();
  expectTypeOf(readView<{ readonly at: string }>)
    .parameter(0)
    .toEqualTypeOf<{ readonly at: never }>();
});
