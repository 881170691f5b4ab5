import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { registryClient } from "../../client/registry.ts";
import { asset } from "../../core/authoring/asset.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { daily } from "../../core/authoring/partitions.ts";
import { watch } from "../../core/authoring/watch.ts";
import type { AssetEvent } from "../../core/event.ts";
import { namesFor } from "../../core/names.ts";
import { WATCHER_STATUS_QUERY, type WatcherStatus } from "../../core/watcher-protocol.ts";
import { readConnections } from "../../runtime/connections.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import { createLogger } from "../../runtime/logger.ts";
import { connectTemporal } from "../../runtime/temporal-connection.ts";
import { startWorker } from "../../runtime/worker.ts";
import { openStore } from "../../store/index.ts";
import { files } from "../../watchers/files/index.ts";
import { createWorld } from "../support/stack.ts";
import { until } from "./session-run.ts";

it("hands what lands in a folder to the registry, and tells how it is", { timeout: 120_000 }, async () => {
  await using world = await createWorld();
  const root = await mkdtemp(join(tmpdir(), "landing-"));
  await mkdir(join(root, "2026-11-23"));
  const landing = asset(`${pathToFileURL(root).href}/{ds}/`, { partitions: daily(), owner: "test", description: "what lands" });
  const arrivals = watch("arrivals", files({ pattern: "**/*.csv" }), { publishes: landing, startAt: "beginning" });
  const names = namesFor(world.environment);
  const { catalog } = buildCatalog("headgate", [landing, arrivals], { taskQueue: names.projectQueue("headgate") });
  const logger = createLogger({ level: "error" });
  const temporal = await connectTemporal({ temporalAddress: world.temporalAddress, temporalNamespace: world.namespace }, logger);
  const store = openStore({ url: world.databaseUrl });
  await store.migrate();
  const worker = await startWorker({
    temporal,
    store,
    connections: readConnections({}),
    definitions: [landing, arrivals],
    logger,
    environment: world.environment,
    project: "headgate",
    stateDir: await mkdtemp(join(tmpdir(), "state-")),
  });
  const registry = registryClient(temporal.client, names);
  const watcher = temporal.client.workflow.getHandle(names.watcher("arrivals"));
  try {
    await deployCatalog(temporal.client, names, catalog, { previous: null });
    await until("the watcher runs", async () => (await watcher.query<WatcherStatus>(WATCHER_STATUS_QUERY)).status === "running", 20_000);
    for (let k = 0; k < 5; k += 1) {
      await writeFile(join(root, `${k}.part`), "x");
      await rename(join(root, `${k}.part`), join(root, "2026-11-23", `${k}.csv`));
    }
    const recordedNow = async (): Promise<readonly AssetEvent[]> => {
      const events: AssetEvent[] = [];
      for await (const event of store.recordedEvents({ assets: [landing.uri], since: 0 })) events.push(event);
      return events;
    };
    await until("the registry has recorded them", async () => (await recordedNow()).length === 5, 20_000);
    const recorded = await recordedNow();
    expect(recorded.map((event) => [event.partition, event.source, event.id.replace(/@.*/, "")]).sort()).toEqual(
      Array.from({ length: 5 }, (_, k) => ["2026-11-23", landing.uri, `2026-11-23/${k}.csv`]),
    );
    const mark = await registry.watcher("arrivals");
    const [outbox] = (await store.listWatchers()).filter((one) => one.watcher === "arrivals");
    expect({ generation: mark?.generation, seq: mark?.seq }).toEqual({ generation: outbox?.generation, seq: outbox?.sentSeq });
  } finally {
    await watcher.terminate("the test is over").catch(() => undefined);
    await temporal.client.workflow
      .getHandle(names.registry)
      .terminate("the test is over")
      .catch(() => undefined);
    await worker.stop();
    await store.close();
    await temporal.close();
    await rm(root, { recursive: true, force: true });
  }
});
