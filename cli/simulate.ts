import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { simulate } from "../registry/simulate/simulate.ts";
import { act } from "./frame/command.ts";
import { withOutput } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { readStdin } from "./frame/read-stdin.ts";
import { simulationText } from "./simulation-text.ts";

/** `headgate simulate <file>`: what the registry would do, with the timeline as its clock. */
export function addSimulate(program: Command): void {
  const command = program
    .command("simulate")
    .argument("<file>", "a scenario as JSON; `-` reads it from stdin")
    .summary("play events through conditions, without a server")
    .description(
      "Plays a scenario of events, pauses and run ends through the same code as the registry: which runs start when, with which events. Needs no server.",
    )
    .helpGroup("Write");
  withOutput(command);
  withExamples(command, [
    ["headgate simulate scenario.json", "which runs start, and what becomes of each event"],
    ["headgate simulate scenario.json -o json | jq .runs", "for a script"],
    ["cat scenario.json | headgate simulate -", "from a pipe"],
  ]);
  act<object, [string]>(command, async ({ output }, file) => {
    const result = simulate(parse(await read(file), file === "-" ? "stdin" : file));
    output.result(result, () => simulationText(result, output));
    return undefined;
  });
}

async function read(file: string): Promise<string> {
  if (file === "-") return await readStdin("cat scenario.json | headgate simulate -");
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new HeadgateError("E_SCENARIO", `the scenario cannot be read: ${messageOf(cause)}`, {
      where: file,
      hint: "correct the path, or give `-` to read from stdin",
      cause,
    });
  }
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HeadgateError("E_SCENARIO", `the scenario is not JSON: ${messageOf(cause)}`, {
      where,
      hint: 'write { "dags": [...], "timeline": [...] }',
      cause,
    });
  }
}
