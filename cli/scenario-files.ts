import { open, readFile } from "node:fs/promises";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { readStdin, stdinLines } from "./frame/read-stdin.ts";

/** The scenario of a file, or of stdin for `-`, as JSON. Throws `E_SCENARIO`, and `E_USAGE` at a terminal. */
export async function readScenario(file: string): Promise<unknown> {
  if (file === "-") return parseScenarioJson(await readStdin("cat scenario.json | headgate simulate -"), "stdin");
  return parseScenarioJson(await readable(file, () => readFile(file, "utf8")), file);
}

/** The lines of a file, or of stdin for `-`, one by one. Throws as `readScenario`. */
export async function scenarioLines(file: string): Promise<AsyncIterable<string>> {
  if (file === "-") return stdinLines("cat scenarios.jsonl | headgate simulate --batch -");
  return (await readable(file, () => open(file))).readLines();
}

/** @param where - the file, or the line, for errors */
export function parseScenarioJson(text: string, where: string): unknown {
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

async function readable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new HeadgateError("E_SCENARIO", `the scenario cannot be read: ${messageOf(cause)}`, {
      where: file,
      hint: "correct the path, or give `-` to read from stdin",
      cause,
    });
  }
}
