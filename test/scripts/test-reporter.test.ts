import { spawnSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createProject } from "../support/project.ts";

const packageRoot = fileURLToPath(new URL("../../", import.meta.url));

async function lastLineOf(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly line: string | undefined; readonly output: string; readonly code: number | null }> {
  await using project = await createProject({
    "vitest.config.ts": `import { createTestReporter } from ${JSON.stringify(`${packageRoot}scripts/test-reporter.ts`)};
      export default { test: { reporters: [createTestReporter()], include: ["**/*.test.ts"] } };`,
    ...files,
  });
  await symlink(join(packageRoot, "node_modules", "vitest"), join(project.root, "node_modules", "vitest"));
  const { stdout, status } = spawnSync(process.execPath, [join(packageRoot, "node_modules", "vitest", "vitest.mjs"), "run", "--root", project.root], {
    encoding: "utf8",
    cwd: project.root,
  });
  return { line: stdout.trimEnd().split("\n").at(-1), output: stdout, code: status };
}

const GOOD = `import { it } from "vitest"; it("one", () => {}); it("two", () => {});`;

it("ends a good run with its counts, skipped tests and plans among them", async () => {
  const { line, code } = await lastLineOf({ "good.test.ts": `${GOOD} it.skip("three", () => {}); it.todo("four");` });
  expect({ line, code }).toEqual({ line: "2 passed, 0 failed, 2 skipped", code: 0 });
});

it("counts whatever can go wrong as a failure, and says what it was", async () => {
  const { line, output, code } = await lastLineOf({
    "good.test.ts": GOOD,
    "wrong.test.ts": `import { expect, it } from "vitest"; it("is wrong", () => expect(1).toBe(2));`,
    "unloadable.test.ts": `import "./nowhere.ts"; import { it } from "vitest"; it("never runs", () => {});`,
    "hook.test.ts": `import { beforeAll, it } from "vitest"; beforeAll(() => { throw new Error("no hook"); }); it("is left out", () => {});`,
    "late.test.ts": `import { it } from "vitest"; it("throws later", () => void setTimeout(() => { throw new Error("too late"); }, 1)); it("waits", () => new Promise((done) => setTimeout(done, 50)));`,
  });
  expect({ line, code }).toEqual({ line: "4 passed, 4 failed, 1 skipped", code: 1 });
  for (const reason of ["wrong.test.ts > is wrong", "Cannot find module './nowhere.ts'", "no hook", "too late"]) expect(output).toContain(reason);
  expect(output.trimEnd().split("\n").slice(-5, -1)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^failed: wrong.test.ts > is wrong: expected 1 to be 2/)]),
  );
});

it("does not call a run without tests good", async () => {
  expect(await lastLineOf({})).toMatchObject({ line: "0 passed, 1 failed, 0 skipped", code: 1 });
});
