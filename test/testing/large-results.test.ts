import { expect, it } from "vitest";
import { dag } from "../../core/index.ts";
import { testDag } from "../../testing/index.ts";

const ROWS = Array.from({ length: 400 }, (_, id) => ({ id, text: "x".repeat(1_000) }));

const bulky = dag("bulky", {}, (d) => {
  const rows = d.task("rows", { run: () => ROWS });
  const each = d.map("each", { over: rows, limit: 50, run: ({ id }) => ({ id, text: id === 7 ? "x".repeat(300_000) : "" }) });
  d.task("sum", {
    needs: { rows, each },
    when: "all-done",
    run: ({ rows, each }) => [rows.status === "succeeded" && rows.value.length, each.status === "succeeded" && each.value[7]?.text.length],
  });
});

it("results over 256 KiB reach the next tasks whole, also through a map", async () => {
  const run = await testDag(bulky).run();
  expect(run.status).toBe("succeeded");
  expect(run.task("rows").value).toEqual(ROWS);
  expect(run.task("sum").value).toEqual([400, 300_000]);
});
