import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../runtime/config.ts";
import { writePidFile } from "../../../runtime/embedded/pid-file.ts";
import { announceStack, findRunningStack, OWNER_FILE, STACK_FILE, withdrawStack } from "../../../runtime/embedded/running-stack.ts";
import { createProject } from "../../support/project.ts";

const STACK = { temporalAddress: "127.0.0.1:7301", databaseUrl: "postgres://headgate:secret@127.0.0.1:7302/headgate" };

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-stack-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("the running stack", () => {
  it("is found while its owner lives, and only its owner may read where it is", () =>
    withFolder(async (folder) => {
      expect(findRunningStack(folder)).toBeUndefined();
      writePidFile(join(folder, OWNER_FILE), process.pid);
      expect(findRunningStack(folder)).toBeUndefined();
      announceStack(folder, STACK);
      expect(findRunningStack(folder)).toEqual({ ...STACK, environment: "", temporalNamespace: "default" });
      expect((await stat(join(folder, STACK_FILE))).mode & 0o777).toBe(0o600);
      withdrawStack(folder);
      expect(findRunningStack(folder)).toBeUndefined();
    }));

  it("is not found after its owner was killed", () =>
    withFolder(async (folder) => {
      announceStack(folder, STACK);
      await writeFile(join(folder, OWNER_FILE), JSON.stringify({ pid: 2 ** 22 - 1, started: "long ago" }));
      expect(findRunningStack(folder)).toBeUndefined();
    }));

  it("is where the other commands of the project go, unless they are told otherwise", async () => {
    await using project = await createProject();
    await project.write(".headgate/.keep", "");
    const stateDir = join(project.root, ".headgate");
    writePidFile(join(stateDir, OWNER_FILE), process.pid);
    announceStack(stateDir, { ...STACK, environment: "ada", temporalNamespace: "lake" });
    const found = await loadConfig({ cwd: project.root, env: {} });
    expect(found.settings).toMatchObject({ ...STACK, environment: "ada", temporalNamespace: "lake" });
    expect(found.rows.find(({ name }) => name === "databaseUrl")).toMatchObject({ value: "(set)", origin: "running", from: "headgate dev" });
    const told = await loadConfig({ cwd: project.root, env: { TEMPORAL_ADDRESS: "temporal.example:7233" } });
    expect(told.settings).toMatchObject({ temporalAddress: "temporal.example:7233", databaseUrl: STACK.databaseUrl });
  });
});
