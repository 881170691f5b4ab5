#!/usr/bin/env node
import { guessOutputChoices } from "./frame/flags.ts";
import { reportError } from "./frame/report-error.ts";
import { createProgram } from "./program.ts";

const args = process.argv.slice(2);

// The reader may have seen enough: `headgate runs list | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  const program = await createProgram(args);
  await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
} catch (error) {
  process.exitCode = reportError(error, guessOutputChoices(args));
}
// Files of the project may have opened something on import: the command is done, whatever they hold open.
process.stdout.write("", () => process.stderr.write("", () => process.exit()));
