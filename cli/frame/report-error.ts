import { CommanderError } from "commander";
import { HeadgateError } from "../../core/errors.ts";
import { type Finding, findingText } from "../text/finding-text.ts";
import { type ColorChoice, createPaint, type Paint } from "../text/paint.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-codes.ts";
import type { Format } from "./output.ts";

/** Says an error once, on stderr, and gives the exit code that goes with it. */
export function reportError(
  thrown: unknown,
  options: { readonly format: Format; readonly color: ColorChoice; readonly stderr?: NodeJS.WriteStream },
): ExitCode {
  const { format, color, stderr = process.stderr } = options;
  if (thrown instanceof CommanderError && isHelp(thrown)) return thrown.code === "commander.help" ? EXIT.usage : EXIT.ok;
  const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
  stderr.write(`${format === "text" ? errorText(error, createPaint(color, stderr)) : JSON.stringify({ error: errorData(error) })}\n`);
  return exitCodeOf(HeadgateError.is(error) ? error.code : undefined);
}

function errorText(error: unknown, paint: Paint): string {
  const text = findingText("error", errorData(error), paint);
  // Not one of ours: a fault in Headgate or in somebody's code, and its stack is all that there is to go by.
  return !HeadgateError.is(error) && error instanceof Error ? `${text}\n${paint.dim(stackOf(error))}` : text;
}

/** An error as JSON: `{ code, message, where, hint }`. */
export function errorData(error: unknown): Finding {
  if (!HeadgateError.is(error)) return { message: error instanceof Error ? error.message || error.name : String(error) };
  const { code, message, where, hint } = error;
  return { code, message, ...(where === undefined ? {} : { where }), ...(hint === undefined ? {} : { hint }) };
}

function stackOf(error: Error): string {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .join("\n");
}

function isHelp({ code }: CommanderError): boolean {
  return code === "commander.help" || code === "commander.helpDisplayed" || code === "commander.version";
}

/** `error: unknown option '--jsn'\n(Did you mean --json?)` in our form. */
function usageError({ message }: CommanderError): HeadgateError {
  const [what = "", ...more] = message.replace(/^error: /, "").split("\n");
  const suggestion = more.join(" ").match(/Did you mean (.+)\?\)/)?.[1];
  return new HeadgateError("E_USAGE", what.replace(/\.$/, ""), {
    hint: suggestion === undefined ? "add --help to see how it is called" : `did you mean ${suggestion}?`,
  });
}
