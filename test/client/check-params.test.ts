import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkParams } from "../../client/check-params.ts";
import { dag } from "../../core/index.ts";

const { plan } = dag("typed", { params: z.object({ day: z.string(), full: z.boolean().default(false) }) }, (d) => {
  d.task("only", { run: () => null });
});

describe("parameters of a run by hand", () => {
  it.each([[{ day: "2026-01-01" }], [{ day: "2026-01-01", full: true }]])("are taken if they fit: %j", (params) => {
    expect(() => checkParams("typed", plan, params)).not.toThrow();
  });

  it.each([
    ["a missing one", {}, /day/],
    ["one of another type", { day: "2026-01-01", full: "yes" }, /full: .*boolean/],
  ])("are refused with their schema: %s", (_, params, message) => {
    expect(() => checkParams("typed", plan, params)).toThrow(
      expect.objectContaining({ code: "E_PARAMS", message: expect.stringMatching(message), hint: expect.stringContaining('"day":{"type":"string"}') }),
    );
  });

  it("are left to the worker if the plan has no schema of them", () => {
    const open = dag("open", {}, (d) => void d.task("only", { run: () => null }));
    expect(() => checkParams("open", open.plan, { anything: 1 })).not.toThrow();
  });
});
