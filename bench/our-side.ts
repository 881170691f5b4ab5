import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@temporalio/client";
import { type RegistryClient, registryClient } from "../client/registry.ts";
import { buildCatalog } from "../core/authoring/catalog-build.ts";
import type { Catalog } from "../core/catalog.ts";
import { type Names, namesFor } from "../core/names.ts";
import { deployCatalog } from "../runtime/deploy.ts";
import { type Stack, startStack } from "../runtime/embedded/stack.ts";
import { loadDefinitions } from "../runtime/load-definitions.ts";
import { connectTemporal } from "../runtime/temporal-connection.ts";
import { openStore, type Store } from "../store/index.ts";
import { type BenchProcess, startBenchProcess } from "./bench-process.ts";

/** Headgate on servers of its own, as a user runs it: the built program is the worker. */
export interface OurSide {
  readonly stack: Stack;
  readonly client: Client;
  readonly names: Names;
  readonly registry: RegistryClient;
  readonly store: Store;
  readonly stateDir: string;
  /** Deploys what these files define, and nothing else. */
  deploy(files: readonly string[]): Promise<void>;
  /** A worker for all files of `dags`, a glob below the working directory. */
  startWorker(dags: string, env?: Readonly<Record<string, string>>): Promise<BenchProcess>;
  stop(): Promise<void>;
}

export async function startOurSide(progress: (line: string) => void): Promise<OurSide> {
  const stateDir = mkdtempSync(join(tmpdir(), "headgate-bench-"));
  progress("starting Temporal and Postgres");
  const stack = await startStack({ stateDir, ports: { ui: false }, onProgress: progress });
  const temporal = await connectTemporal({ temporalAddress: stack.temporalAddress, temporalNamespace: "default" });
  const { client } = temporal;
  const names = namesFor();
  const store = openStore({ url: stack.databaseUrl });
  await store.migrate();
  const workers: BenchProcess[] = [];
  let previous: Catalog | null = null;
  return {
    stack,
    client,
    names,
    registry: registryClient(client, names),
    store,
    stateDir,
    async deploy(files) {
      const { definitions } = await loadDefinitions({ root: process.cwd(), globs: [], files: [...files] });
      const { catalog, errors } = buildCatalog("headgate", definitions, { taskQueue: names.projectQueue("headgate") });
      if (errors[0]) throw errors[0];
      await deployCatalog(client, names, catalog, { previous });
      previous = catalog;
    },
    async startWorker(dags, env = {}) {
      const worker = await startBenchProcess("../dist/cli/main.js", ["worker", "--log-level", "warn"], {
        TEMPORAL_ADDRESS: stack.temporalAddress,
        HEADGATE_DATABASE_URL: stack.databaseUrl,
        HEADGATE_STATE_DIR: stateDir,
        HEADGATE_DAGS: dags,
        ...env,
      });
      workers.push(worker);
      return worker;
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await store.close();
      await temporal.close();
      await stack.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
