import { describe, expect, it } from "vitest";
import { bindParameters } from "../../../core/sql/sql-parameters.ts";
import { readScript, type SqlStatement } from "../../../core/sql/sql-script.ts";
import type { TaskContext } from "../../../core/tasks/context.ts";
import { caught } from "../caught.ts";

const DAY = {
  run: { id: "load/1" },
  partition: "2026-11-23",
  ds: "2026-11-23",
  interval: { start: "2026-11-23T00:00:00.000Z", end: "2026-11-24T00:00:00.000Z" },
};
const CONTEXT = DAY as TaskContext;
const first = (script: string): SqlStatement => readScript(script, "x").statements[0] as SqlStatement;

describe("parameters of a statement", () => {
  it.each([
    ["by name, once each", "select :b, :a, :b", { a: 1, b: null }, [null, 1]],
    ["by place", "select $2", [1, 2], [2]],
    [
      "of the run",
      "select :run_id, :partition, :ds, :interval_start, :interval_end",
      {},
      ["load/1", "2026-11-23", "2026-11-23", "2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z"],
    ],
    ["given in place of the run's", "select :ds", { ds: "2026-01-01" }, ["2026-01-01"]],
  ])("are bound %s", (_, script, given, values) => {
    expect(bindParameters(first(script), given, CONTEXT, "x")).toEqual(values);
  });

  it.each([
    ["has no value", "select :dya", { day: 1 }, CONTEXT, ":dya has no value", "there are :day, :run_id"],
    ["is undefined", "select :day", { day: undefined as never }, CONTEXT, ":day is undefined", "null for no value"],
    ["is inherited by every object", "select :constructor", {}, CONTEXT, ":constructor has no value", ":partition"],
    ["is a place that is not there", "select $3", [1, 2], CONTEXT, "$3 has no value", "gives 2 values"],
    ["is a name, and the values are a list", "select :day", [1], CONTEXT, ":day has no value", "give an object"],
    ["is of the run, which has none", "select :ds", {}, { ...DAY, ds: null } as TaskContext, "the run has no ds for :ds", "with a partition"],
  ])("are refused if one %s", (_, script, given, context, message, hint) => {
    expect(caught(() => bindParameters(first(script), given, context, "x"))).toMatchObject({
      code: "E_SQL_PARAM",
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});
