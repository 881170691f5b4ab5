import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { HeadgateError } from "../../core/errors.ts";

/** All of stdin. Throws `E_USAGE` where somebody sits in front of it, as a command would seem to hang. */
export async function readStdin(example: string): Promise<string> {
  refuseTerminal(example);
  return await text(process.stdin);
}

/** Stdin line by line, as it comes. Throws as `readStdin`. */
export function stdinLines(example: string): AsyncIterable<string> {
  refuseTerminal(example);
  return createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
}

function refuseTerminal(example: string): void {
  if (process.stdin.isTTY === true) {
    throw new HeadgateError("E_USAGE", "`-` reads from standard input, and that is this terminal", { where: "-", hint: `pipe something in: ${example}` });
  }
}
