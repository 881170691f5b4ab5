import { expect, it } from "vitest";
import { compile } from "./compile.ts";

/** A project of 300 assets and 30 DAGs of 20 chained tasks, each with a filter, a partition and an outlet. */
function largeProject(): Record<string, string> {
  const assets = Array.from(
    { length: 300 },
    (_, n) =>
      `export const a${n} = asset("s3://lake/a${n}", { partitions: daily(), schema: z.object({ id: z.string(), n${n}: z.number(), deep: z.object({ x: z.string(), y: z.number() }) }) });`,
  );
  const dags = Array.from({ length: 30 }, (_, dag) => {
    const own = Array.from({ length: 9 }, (_, n) => `a${dag * 10 + n}`);
    const tasks = Array.from({ length: 20 }, (_, n) =>
      n === 0
        ? `  const t0 = d.task("t0", { needs: { events: ${own[0]} }, run: ({ events }) => ({ count: events.length, first: events[0]?.data.id }) });`
        : `  const t${n} = d.task("t${n}", { needs: { before: t${n - 1} }, outlets: [a${dag * 10 + 9}], run: ({ before }) => ({ count: before.count + 1, first: before.first }) });`,
    );
    const on = `all(${own.map((name, n) => (n % 3 === 0 ? `${name}.where({ "deep.y": { gt: ${n} } })` : name)).join(", ")}).by("deep.x")`;
    return `import { all, dag } from "headgate";\nimport { ${[...own, `a${dag * 10 + 9}`].join(", ")} } from "./assets.ts";\nexport const dag${dag} = dag("dag-${dag}", { on: ${on} }, (d) => {\n${tasks.join("\n")}\n});\n`;
  });
  return {
    "assets.ts": `import { asset, daily } from "headgate";\nimport { z } from "zod";\n${assets.join("\n")}\n`,
    ...Object.fromEntries(dags.map((text, dag) => [`dag-${dag}.ts`, text])),
  };
}

it("three hundred assets and thirty DAGs of twenty tasks check without a hitch", { timeout: 120_000 }, async () => {
  const printed = await compile(largeProject(), ["--extendedDiagnostics"]);
  expect(printed).not.toContain("error TS");
  const instantiations = Number(/Instantiations:\s+(\d+)/.exec(printed)?.[1]);
  expect(instantiations).toBeGreaterThan(10_000);
  expect(instantiations).toBeLessThan(2_500_000);
});
