import { HeadgateError, messageOf } from "../core/errors.ts";

/** Throws `E_USAGE`. */
export function parseItem(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HeadgateError("E_USAGE", `this is not JSON: ${text} (${messageOf(cause)})`, {
      where: "--item",
      hint: "put it in quotes for the shell: --item '{...}'",
    });
  }
}
