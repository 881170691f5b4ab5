import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { asset } from "../../core/authoring/asset.ts";
import { buildCatalog } from "../../core/authoring/catalog-build.ts";
import { namesFor } from "../../core/names.ts";
import { childEnvironment } from "../../runtime/config.ts";
import { readConnections } from "../../runtime/connections.ts";
import { deployCatalog } from "../../runtime/deploy.ts";
import { createLogger } from "../../runtime/logger.ts";
import { connectTemporal } from "../../runtime/temporal-connection.ts";
import { startWorker } from "../../runtime/worker.ts";
import { openStore } from "../../store/index.ts";
import { builtCommand } from "../support/built-command.ts";
import { createProject } from "../support/project.ts";
import { createWorld } from "../support/stack.ts";
import { until } from "../watchers/session-run.ts";
import { sign } from "../watchers/webhook/signing.ts";

const SECRET = "It's a Secret to Everybody";
const DAGS = `
import { asset, watch } from "headgate";
import { github, webhook } from "headgate/watchers/webhook";
export const commits = asset("https://git.example/commits");
export const pushes = watch("pushes", webhook({ signature: github(), secret: "hook" }), { publishes: commits, map: () => ({ data: {} }) });
`;

it("loses and doubles nothing of what is posted while processes of the API are killed", { timeout: 400_000 }, async () => {
  await using world = await createWorld();
  await using project = await createProject({ "dags/pushes.dag.ts": DAGS });
  const names = namesFor(world.environment);
  const orders = asset("s3://lake/raw/orders", { owner: "test", description: "what is posted" });
  const commits = asset("https://git.example/commits", { owner: "test", description: "what is pushed" });
  const { catalog } = buildCatalog("headgate", [orders, commits], { taskQueue: names.projectQueue("headgate") });
  const logger = createLogger({ level: "error" });
  const temporal = await connectTemporal({ temporalAddress: world.temporalAddress, temporalNamespace: world.namespace }, logger);
  const store = openStore({ url: world.databaseUrl });
  await store.migrate();
  const worker = await startWorker({
    ...{ temporal, store, logger, connections: readConnections({}), definitions: [orders, commits], environment: world.environment, project: "headgate" },
    stateDir: await mkdtemp(join(tmpdir(), "state-")),
  });
  const apis: ChildProcess[] = [];

  /** A process of `headgate api`; its address once it listens. */
  async function startApi(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
    const child = spawn(process.execPath, [builtCommand, "api", "--port", "0"], {
      cwd: project.root,
      stdio: ["ignore", "ignore", "pipe"],
      env: childEnvironment({
        HEADGATE_ENVIRONMENT: world.environment,
        TEMPORAL_ADDRESS: world.temporalAddress,
        TEMPORAL_NAMESPACE: world.namespace,
        HEADGATE_DATABASE_URL: world.databaseUrl,
        HEADGATE_CONN_HOOK: `secret:${encodeURIComponent(SECRET)}`,
      }),
    });
    apis.push(child);
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await until("the API listens", () => /listens? on \S+/.test(said) || child.exitCode !== null, 60_000);
    const url = /listens? on (http:\/\/[\w.:]+)/.exec(said)?.[1];
    if (url === undefined) throw new Error(`the API did not start:\n${said}`);
    return { url, child };
  }

  /** Posts as a sender does: the same again until it is answered with 202, wherever somebody listens. */
  let urls: readonly string[] = [];
  let taken = 0;
  let repeats = 0;
  async function post(k: number): Promise<void> {
    const body = JSON.stringify(k % 2 === 0 ? { asset: orders.uri, id: `order-${k}` } : { push: k });
    const headers = k % 2 === 0 ? {} : sign("github", body, { id: `push-${k}` });
    for (let attempt = 0; ; attempt += 1) {
      const path = k % 2 === 0 ? "/v1/events" : "/v1/webhooks/pushes";
      const status = await fetch(`${urls[(k + attempt) % urls.length]}${path}`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      }).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 202) {
        taken += 1;
        return;
      }
      if (status !== 0 && status !== 503) throw new Error(`${path} answers ${status}`);
      repeats += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  try {
    await deployCatalog(temporal.client, names, catalog, { previous: null });
    const [first, second] = await Promise.all([startApi(), startApi()]);
    urls = [first.url, second.url];
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let k = sender; k < 400; k += 8) await post(k);
    });
    const all = Promise.all(senders);
    // A sender that is refused ends the test at once.
    await Promise.race([all, until("some is taken", () => taken >= 40, 30_000)]);
    expect(taken).toBeLessThan(400);
    first.child.kill("SIGKILL");
    const third = await startApi();
    urls = [third.url, second.url];
    await until("somebody felt it", () => repeats > 0, 30_000);
    await all;

    const recorded = async (): Promise<readonly string[]> => {
      const ids: string[] = [];
      for await (const event of store.recordedEvents({ assets: [orders.uri, commits.uri], since: 0 })) ids.push(event.id);
      return ids;
    };
    await until("everything is recorded", async () => (await recorded()).length >= 400, 60_000);
    expect([...(await recorded())].sort()).toEqual(Array.from({ length: 400 }, (_, k) => (k % 2 === 0 ? `order-${k}` : `push-${k}`)).sort());
    expect((await fetch(`${third.url}/readyz`)).status).toBe(200);
  } finally {
    for (const child of apis) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await new Promise((resolve) => child.once("exit", resolve));
    }
    await temporal.client.workflow
      .getHandle(names.registry)
      .terminate("the test is over")
      .catch(() => undefined);
    await worker.stop();
    await store.close();
    await temporal.close();
  }
});
