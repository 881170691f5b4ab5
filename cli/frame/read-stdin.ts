import { text } from "node:stream/consumers";
import { HeadgateError } from "../../core/errors.ts";

/** All of stdin. Throws `E_USAGE` where somebody sits in front of it, as a command would seem to hang. */
export async function readStdin(example: string): Promise<string> {
  if (process.stdin.isTTY === true) {
    throw new HeadgateError("E_USAGE", "`-` reads from standard input, and that is this terminal", { where: "-", hint: `pipe something in: ${example}` });
  }
  return await text(process.stdin);
}
