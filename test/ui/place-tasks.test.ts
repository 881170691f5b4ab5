import { describe, expect, it } from "vitest";
import { type GraphTask, placeTasks } from "../../ui/src/parts/task-graph/place-tasks.ts";

const task = (id: string, ...upstream: string[]): GraphTask => ({ id, upstream });

describe("the places of tasks", () => {
  it.each([
    ["a chain goes to the right", [task("a"), task("b", "a"), task("c", "b")], { a: [0, 0], b: [1, 0], c: [2, 0] }],
    ["what comes after one task stands below each other", [task("a"), task("b", "a"), task("c", "a")], { a: [0, 0.5], b: [1, 0], c: [1, 1] }],
    ["a task stands behind the last one that it waits for", [task("a"), task("b", "a"), task("c", "a", "b")], { c: [2, 0.5] }],
    ["the same need twice is one edge", [task("a"), task("b", "a", "a")], { a: [0, 0], b: [1, 0] }],
    ["a task that the plan does not have is no task", [task("a", "gone")], { a: [0, 0] }],
  ])("%s", (_, tasks, expected) => {
    const { places } = placeTasks(tasks);
    for (const [id, [column, row]] of Object.entries(expected)) expect([id, places.get(id)]).toEqual([id, { column, row }]);
  });

  it("no tasks need no room", () => expect(placeTasks([])).toEqual({ places: new Map(), edges: [], columns: 0, rows: 0 }));

  it("an edge over a column has a cell of its own in it, which no task has", () => {
    const { edges, places, rows } = placeTasks([task("a"), task("b", "a"), task("c", "b", "a")]);
    const through = edges.find(({ from, to }) => from === "a" && to === "c")?.through ?? [];
    expect(through).toHaveLength(1);
    expect([...places.values()]).not.toContainEqual(through[0]);
    expect(rows).toBe(2);
  });

  it("two rows that would cross are swapped", () => {
    const { places } = placeTasks([task("a"), task("b"), task("of-b", "b"), task("of-a", "a")]);
    expect(places.get("of-a")?.row).toBe(places.get("a")?.row);
    expect(places.get("of-b")?.row).toBe(places.get("b")?.row);
  });

  it("a cycle, which no plan has, does not hang", () => expect(placeTasks([task("a", "b"), task("b", "a")]).places.size).toBe(2));
});
