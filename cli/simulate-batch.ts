import { HeadgateError } from "../core/errors.ts";
import { simulate } from "../registry/simulate/simulate.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./frame/exit-codes.ts";
import { errorData } from "./frame/report-error.ts";
import { parseScenarioJson } from "./scenario-files.ts";

/**
 * Simulates the scenario of each line and writes a line for each: its result, or `{ line, error }`. A line that is wrong stops no
 * other. Blank lines are none.
 */
export async function simulateBatch(lines: AsyncIterable<string>, write: (line: string) => Promise<void>): Promise<ExitCode> {
  let worst: ExitCode = EXIT.ok;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const { result, code } = simulateLine(line, number);
    // What is no mistake of the input is the graver one.
    if (worst !== EXIT.failure && code !== EXIT.ok) worst = code;
    await write(JSON.stringify(result));
  }
  return worst;
}

function simulateLine(text: string, line: number): { readonly result: object; readonly code: ExitCode } {
  try {
    return { result: simulate(parseScenarioJson(text, `line ${line}`)), code: EXIT.ok };
  } catch (error) {
    return { result: { line, error: errorData(error) }, code: exitCodeOf(HeadgateError.is(error) ? error.code : undefined) };
  }
}
