import { expect, it } from "vitest";
import { simulate } from "../../registry/simulate/simulate.ts";
import { EXAMPLES } from "../../ui/src/pages/simulator/examples.ts";
import { readYaml } from "../../ui/src/pages/simulator/read-yaml.ts";
import { timelineOf } from "../../ui/src/pages/simulator/timeline-of.ts";

it.each(EXAMPLES)("the example $name can be played, and something runs", ({ text }) => {
  const read = readYaml(text);
  if ("error" in read) throw new Error(read.error);
  const result = simulate(read.value);
  expect(result.runs.length).toBeGreaterThan(0);
  const { lanes } = timelineOf(result, read.value);
  const marks = lanes.flatMap((lane) => lane.marks);
  expect(lanes.map(({ kind }) => kind)).toContain("asset");
  expect(marks.every(({ from, to }) => from >= 0 && from <= to && to <= 1)).toBe(true);
});

it("what is no YAML says where", () => expect(readYaml("a: [")).toEqual({ error: expect.stringContaining("line 1") }));
