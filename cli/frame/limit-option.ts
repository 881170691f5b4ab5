import { InvalidArgumentError, Option } from "commander";

/** `--limit <n>`, a whole number from 1 on. */
export function limitOption(of = "lines"): Option {
  return new Option("--limit <n>", `most ${of} that are shown`).argParser(wholeNumber);
}

/** Parses an option's argument; commander says which one was wrong. */
export function wholeNumber(text: string): number {
  const parsed = Number(text);
  if (!Number.isSafeInteger(parsed) || parsed < 1) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return parsed;
}
