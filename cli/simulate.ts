import { once } from "node:events";
import type { Command } from "commander";
import { HeadgateError } from "../core/errors.ts";
import { simulate } from "../registry/simulate/simulate.ts";
import { act } from "./frame/command.ts";
import { withOutput } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { readScenario, scenarioLines } from "./scenario-files.ts";
import { simulateBatch } from "./simulate-batch.ts";
import { simulationText } from "./simulation-text.ts";

interface SimulateOptions {
  readonly batch?: boolean;
  readonly schema?: boolean;
}

/** `headgate simulate <file>`: what the registry would do, with the timeline as its clock. */
export function addSimulate(program: Command): void {
  const command = program
    .command("simulate")
    .argument("[file]", "a scenario as JSON; `-` reads it from stdin")
    .summary("play events through conditions, without a server")
    .description(
      "Plays a scenario of events, pauses and run ends through the same code as the registry: which runs start when, with which events. Needs no server.",
    )
    .helpGroup("Write");
  command
    .option("--batch", "the file has a scenario on each line; prints a line of JSON for each, its result or its error")
    .option("--schema", "print the JSON Schema of a scenario");
  withOutput(command);
  withExamples(command, [
    ["headgate simulate scenario.json", "which runs start, and what becomes of each event"],
    ["headgate simulate scenario.json -o json | jq .runs", "for a script"],
    ["cat scenario.json | headgate simulate -", "from a pipe"],
    ["headgate simulate --batch scenarios.jsonl", "many scenarios, one a line"],
    ["headgate simulate --schema > scenario.schema.json", "for an editor that completes and checks"],
  ]);
  act<SimulateOptions, [string | undefined]>(command, async ({ options, output }, file) => {
    if (options.schema === true) {
      const { scenarioSchema } = await import("../registry/simulate/form/scenario.ts");
      await writeLine(JSON.stringify(scenarioSchema(), undefined, 2));
      return undefined;
    }
    if (file === undefined)
      throw new HeadgateError("E_USAGE", "simulate wants a scenario", { hint: "headgate simulate scenario.json, or `-` to read it from stdin" });
    if (options.batch === true) return await simulateBatch(await scenarioLines(file), writeLine);
    const result = simulate(await readScenario(file));
    output.result(result, () => simulationText(result, output));
    return undefined;
  });
}

/** Waits where the reader is slower: a batch may have any number of results. */
async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}
