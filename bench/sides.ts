import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "@temporalio/client";
import { type RegistryClient, registryClient } from "../client/registry.ts";
import { buildCatalog } from "../core/authoring/catalog-build.ts";
import { type Names, namesFor } from "../core/names.ts";
import { deployCatalog } from "../runtime/deploy.ts";
import { type Stack, startStack } from "../runtime/embedded/stack.ts";
import { loadDefinitions } from "../runtime/load-definitions.ts";
import { connectTemporal } from "../runtime/temporal-connection.ts";
import { openStore, type Store } from "../store/index.ts";
import { type BenchProcess, startBenchProcess } from "./bench-process.ts";
import { usageOf } from "./process-cpu.ts";

export const BARE_QUEUE = "bare";
export const BARE_REGISTRY = "bare-registry";

/** Both sides, running on the same servers: Headgate with its store, and the bare SDK. */
export interface Sides {
  readonly client: Client;
  readonly names: Names;
  readonly registry: RegistryClient;
  readonly store: Store;
  readonly ours: BenchProcess;
  readonly bare: BenchProcess;
  /** CPU milliseconds used so far by each part. */
  cpu(): Cpu;
  stop(): Promise<void>;
}

export interface Cpu {
  readonly server: number;
  readonly postgres: number;
  readonly ours: number;
  readonly bare: number;
}

export async function startSides(progress: (line: string) => void): Promise<Sides> {
  const stateDir = mkdtempSync(join(tmpdir(), "headgate-bench-"));
  progress("starting Temporal and Postgres");
  const stack: Stack = await startStack({ stateDir, ports: { ui: false }, onProgress: progress });
  const temporal = await connectTemporal({ temporalAddress: stack.temporalAddress, temporalNamespace: "default" });
  const { client } = temporal;
  const names = namesFor();
  const store = openStore({ url: stack.databaseUrl });
  await store.migrate();
  progress("starting a worker of each side");
  const dags = fileURLToPath(new URL("./dags/bench.ts", import.meta.url));
  const ours = await startBenchProcess("../dist/cli/main.js", ["worker", "--log-level", "warn"], {
    TEMPORAL_ADDRESS: stack.temporalAddress,
    HEADGATE_DATABASE_URL: stack.databaseUrl,
    HEADGATE_STATE_DIR: stateDir,
    HEADGATE_DAGS: "bench/dags/*.ts",
  });
  const bare = await startBenchProcess("./bare/worker.ts", [stack.temporalAddress, BARE_QUEUE]);
  const { definitions } = await loadDefinitions({ root: process.cwd(), globs: [], files: [dags] });
  const { catalog, errors } = buildCatalog("headgate", definitions, { taskQueue: names.projectQueue("headgate") });
  if (errors[0]) throw errors[0];
  await deployCatalog(client, names, catalog, { previous: null });
  await client.workflow.start("bareRegistry", { workflowId: BARE_REGISTRY, taskQueue: BARE_QUEUE });
  return {
    client,
    names,
    registry: registryClient(client, names),
    store,
    ours,
    bare,
    cpu: () => ({
      server: usageOf(stack.temporal.pid as number).cpu,
      postgres: usageOf(stack.postgres.pid as number).cpu,
      ours: usageOf(ours.pid).cpu,
      bare: usageOf(bare.pid).cpu,
    }),
    async stop() {
      await Promise.all([ours.stop(), bare.stop()]);
      await store.close();
      await temporal.close();
      await stack.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
