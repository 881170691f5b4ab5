import { createRequire } from "node:module";
import { Command } from "commander";
import { addCheck } from "./check.ts";

import { formatHelp } from "./help.ts";

/** The command line: one module adds each verb. */
export function createProgram(): Command {
  const program = new Command("headgate")
    .description("Runs code-defined DAGs when the data they need is there.")
    .version(versionOfPackage(), "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    // Set before the commands are made, as they inherit it: errors are thrown, and said once by main.
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ formatHelp })
    .helpCommand(false);
  for (const add of [addCheck]) add(program);
  return program;
}

/** package.json is one folder up from the sources, and two from `dist/cli`. */
function versionOfPackage(): string {
  const { version } = createRequire(import.meta.url)("headgate/package.json") as { version: string };
  return version;
}
