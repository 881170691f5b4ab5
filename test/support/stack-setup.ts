import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startStack } from "../../runtime/embedded/stack.ts";
import { openStore } from "../../store/index.ts";

declare module "vitest" {
  export interface ProvidedContext {
    stack: { readonly temporalAddress: string; readonly namespace: string; readonly databaseUrl: string; readonly migrated: string };
  }
}

const MIGRATED = "migrated";

/** One Temporal server and one Postgres for all integration tests of a run, on free ports, in a folder that goes afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateDir = await mkdtemp(join(tmpdir(), "headgate-test-"));
  // Postgres does not run as root: its user must get in.
  await chmod(stateDir, 0o755);
  const stack = await startStack({ stateDir, ports: { ui: false }, onProgress: (line) => process.stderr.write(`${line}\n`) });
  // Migrated once: a test that needs tables gets a copy, which takes a third of the time.
  const store = openStore({ url: await stack.postgres.ensureDatabase(MIGRATED) });
  await store.migrate();
  await store.close();
  const { temporalAddress, databaseUrl } = stack;
  project.provide("stack", { temporalAddress, databaseUrl, namespace: stack.temporal.namespace, migrated: MIGRATED });
  return async () => {
    await stack.stop();
    await rm(stateDir, { recursive: true, force: true });
  };
}
