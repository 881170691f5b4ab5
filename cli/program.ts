import { Command } from "commander";
import { versionOfPackage } from "../runtime/package-version.ts";
import { HELP_LAYOUT, withExamples } from "./frame/help.ts";

/** Adds a verb with all that it is made of. */
type AddVerb = (program: Command) => void;

/** In the order of `--help`. Each is loaded only when it is called: the servers' clients are large, and `check` needs none. */
const VERBS: Readonly<Record<string, () => Promise<AddVerb>>> = {
  init: async () => (await import("./init.ts")).addInit,
  dev: async () => (await import("./dev.ts")).addDev,
  worker: async () => (await import("./worker.ts")).addWorker,
  api: async () => (await import("./api.ts")).addApi,
  tokens: async () => (await import("./tokens.ts")).addTokens,
  people: async () => (await import("./people.ts")).addPeople,
  deploy: async () => (await import("./deploy.ts")).addDeploy,
  publish: async () => (await import("./publish.ts")).addPublish,
  check: async () => (await import("./check.ts")).addCheck,
  connections: async () => (await import("./connections.ts")).addConnections,
  simulate: async () => (await import("./simulate.ts")).addSimulate,
  replay: async () => (await import("./replay.ts")).addReplay,
  dags: async () => (await import("./dags.ts")).addDags,
  assets: async () => (await import("./assets.ts")).addAssets,
  runs: async () => (await import("./runs.ts")).addRuns,
  events: async () => (await import("./events.ts")).addEvents,
  pending: async () => (await import("./pending.ts")).addPending,
  watchers: async () => (await import("./watchers.ts")).addWatchers,
  "dead-letters": async () => (await import("./dead-letters.ts")).addDeadLetters,
  partitions: async () => (await import("./partitions.ts")).addPartitions,
  backfill: async () => (await import("./backfill.ts")).addBackfill,
  repair: async () => (await import("./repair.ts")).addRepair,
  backfills: async () => (await import("./backfills.ts")).addBackfills,
  explain: async () => (await import("./explain.ts")).addExplain,
  lineage: async () => (await import("./lineage.ts")).addLineage,
  registry: async () => (await import("./registry.ts")).addRegistry,
  notify: async () => (await import("./notify.ts")).addNotify,
  doctor: async () => (await import("./doctor.ts")).addDoctor,
};

/** The command line for these arguments: the verb that they name, or all of them for help and for what is no verb. */
export async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("headgate")
    .description("Runs code-defined DAGs when the data they need is there.")
    .version(versionOfPackage(), "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    // Set before the commands are made, as they inherit it: errors are thrown, and said once by main.
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp(HELP_LAYOUT)
    .helpCommand(false);
  withExamples(program, [
    ["headgate init my-project", "begin a project"],
    ["headgate dev", "start everything on this machine"],
    ["headgate publish s3://lake/raw/orders --data '{\"rows\": 3}'", "say that an asset changed"],
    ["headgate explain orders-mart", "why does it run, or why not"],
  ]);
  if (args[0] === "--version" || args[0] === "-V") return program;
  const named = Object.hasOwn(VERBS, args[0] ?? "") ? VERBS[args[0] ?? ""] : undefined;
  for (const add of await Promise.all((named === undefined ? Object.values(VERBS) : [named]).map((load) => load()))) add(program);
  return program;
}
