import { InvalidArgumentError } from "commander";
import { parseDuration } from "../../core/time/duration.ts";

/** Parses an option's argument; commander says which one was wrong. */
export function durationArgument(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? `${error.message}.` : String(error));
  }
}
