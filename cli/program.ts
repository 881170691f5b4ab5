import { Command } from "commander";
import { addAssets } from "./assets.ts";
import { addCheck } from "./check.ts";
import { addDeploy } from "./deploy.ts";
import { addDev } from "./dev.ts";
import { addDoctor } from "./doctor.ts";
import { HELP_LAYOUT, withExamples } from "./help.ts";
import { addLineage } from "./lineage.ts";
import { versionOfPackage } from "./package-version.ts";
import { addPublish } from "./publish.ts";
import { addRuns } from "./runs.ts";
import { addWatchers } from "./watchers.ts";
import { addWorker } from "./worker.ts";

/** One module adds each verb, in the order of `--help`. */
const VERBS = [addDev, addWorker, addDeploy, addPublish, addCheck, addAssets, addRuns, addWatchers, addLineage, addDoctor];

export function createProgram(): Command {
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
    ["headgate dev", "start everything on this machine"],
    ["headgate publish s3://lake/raw/orders --data '{\"rows\": 3}'", "say that an asset changed"],
    ["headgate explain orders-mart", "why does it run, or why not"],
  ]);
  for (const add of VERBS) add(program);
  return program;
}
