import { resolve } from "node:path";
import type { Command } from "commander";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { namesFor } from "../core/names.ts";
import { type Config, namesTraceCollector } from "../runtime/config.ts";
import { createLogger } from "../runtime/logger.ts";
import { fileTransport, httpTransport } from "../runtime/open-lineage/transport.ts";
import { WORKER_ROLES, type WorkerOptions, type WorkerRole } from "../runtime/worker.ts";
import type { FromWorker, ToWorker } from "./dev/worker-messages.ts";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { onStop } from "./frame/on-stop.ts";
import type { Output } from "./frame/output.ts";
import { loadProject } from "./project.ts";
import { reportFindings } from "./report-findings.ts";

interface WorkerFlags {
  readonly only?: string;
}

/** `headgate worker`: runs the project's tasks, its watchers and the registry until it is told to stop. */
export function addWorker(program: Command): void {
  const command = program
    .command("worker")
    .summary("run tasks, watchers and the registry")
    .description("Runs tasks, watchers and the registry of the project until SIGTERM. Registers nothing: `headgate deploy` does.")
    .option("--only <roles>", `what this process runs, of ${WORKER_ROLES.join(", ")}; several with commas`)
    .helpGroup("Run");
  withSettings(withOutput(command), ["project", ...SERVER_SETTINGS, ...STORE_SETTINGS, "stateDir", "metricsPort", "metricsHost", "logLevel"]);
  withExamples(command, [
    ["headgate worker", "everything in one process"],
    ["headgate worker --metrics-port 9464", "with GET /metrics for Prometheus"],
    ["headgate worker --only tasks", "tasks alone; start as many as the work needs"],
  ]);
  act<WorkerFlags>(command, async ({ options, config, output, servers }) => {
    const { startWorker } = await import("../runtime/worker.ts");
    const { connectTemporal } = await import("../runtime/temporal-connection.ts");
    const { buildOf } = await import("../runtime/versioning.ts");
    const { prepareStore } = await import("../runtime/prepare-store.ts");
    const { startMetrics } = await import("../runtime/metrics/start-metrics.ts");
    const { startTracing } = await import("../runtime/tracing/start-tracing.ts");
    const { environmentState } = await import("../runtime/metrics/environment-state.ts");
    const own = await config();
    const { settings } = own;
    const logger = createLogger({ level: settings.logLevel });
    const store = await (await servers()).store();
    const ending = new AbortController();
    const prepared = prepareStore(store, logger, ending.signal);
    const counting = await startMetrics(settings);
    const tracing = namesTraceCollector() ? await startTracing(logger) : undefined;
    const [temporal, { definitions, catalog }] = await Promise.all([
      connectTemporal(settings, logger, counting?.temporalAddress),
      loadForWork(own, output),
      prepared,
    ]);
    counting?.metrics.ask(environmentState(temporal.client, namesFor(settings.environment), store));
    // A worker of `headgate dev` takes new code while it runs, so it is of no build.
    const build = process.send === undefined ? buildOf(settings, namesFor(settings.environment), catalog) : undefined;
    const worker = await startWorker({
      temporal,
      store,
      definitions,
      connections: own.connections,
      logger,
      environment: settings.environment,
      project: settings.project,
      root: own.root,
      pools: settings.pools ?? {},
      stateDir: own.stateDir,
      watchersEvery: settings.watchersEvery,
      ...(own.notify === undefined ? {} : { notify: own.notify }),
      roles: rolesOf(options.only, settings),
      ...lineageOf(own),
      ...(counting === undefined ? {} : { metrics: counting.metrics }),
      ...(build === undefined ? {} : { build }),
    });
    const stop = (): void => void worker.stop();
    onStop(stop);
    listenToParent(async () => worker.reload((await loadForWork(own, output)).definitions), stop);
    tellParent({ kind: "ready" });
    output.note(
      `worker ${process.pid} runs project "${settings.project}" on ${settings.temporalAddress}${build === undefined ? "" : `, as build ${build.buildId}`}`,
    );
    if (counting !== undefined) output.note(`metrics on ${counting.url}`);
    await worker.done;
    ending.abort();
    await Promise.all([counting?.stop(), tracing?.stop()]);
    await temporal.close();
    return EXIT.ok;
  });
}

/** A file that cannot be loaded stops its own DAGs only; deploys refuse it. */
async function loadForWork(config: Config, output: Output) {
  const project = await loadProject(config);
  reportFindings({ errors: project.errors, warnings: [] }, output);
  return project;
}

/** A server wins over a file: it is the environment that usually names one. */
function lineageOf({ root, settings }: Config): Pick<WorkerOptions, "lineage"> {
  const { openLineageFile: file, openLineageKey: apiKey, openLineageUrl: url, openLineageNamespace: namespace = settings.project } = settings;
  if (url !== undefined) return { lineage: { transport: httpTransport({ url, ...(apiKey === undefined ? {} : { apiKey }) }), namespace } };
  return file === undefined ? {} : { lineage: { transport: fileTransport(resolve(root, file)), namespace } };
}

function rolesOf(only: string | undefined, settings: Config["settings"]): readonly WorkerRole[] {
  if (only === undefined)
    return WORKER_ROLES.filter((role) => (role === "registry" ? settings.registryEnabled : role === "watchers" ? settings.watchersEnabled : true));
  return only.split(",").map((name) => {
    const role = WORKER_ROLES.find((known) => known === name.trim());
    if (role === undefined) throw new HeadgateError("E_USAGE", `--only does not know "${name.trim()}"`, { hint: `allowed are ${WORKER_ROLES.join(", ")}` });
    return role;
  });
}

/** Under `headgate dev` the parent says when files have changed, and a parent that is gone takes its worker with it. */
function listenToParent(reload: () => Promise<void>, stop: () => void): void {
  if (process.send === undefined) return;
  process.on("message", (message: ToWorker) => {
    void reload().then(
      () => tellParent({ kind: "reloaded", id: message.id }),
      (error: unknown) => tellParent({ kind: "reloaded", id: message.id, error: messageOf(error) }),
    );
  });
  process.once("disconnect", stop);
}

function tellParent(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}
