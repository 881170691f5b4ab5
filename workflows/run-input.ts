import { HeadgateError } from "../core/errors.ts";
import type { RunInput } from "../core/run.ts";
import { isUndecodable, whyUndecodable } from "./payload-converter.ts";

const FIELDS: Readonly<Record<keyof RunInput, (value: unknown) => boolean>> = {
  params: isObject,
  partition: (value) => value === null || (typeof value === "string" && value.length > 0),
  plan: (value) => typeof value === "string",
  key: (value) => typeof value === "string",
  events: isEvents,
  references: isEvents,
  cause: (value) => isObject(value) && typeof value.kind === "string" && typeof value.text === "string",
  decision: (value) => isObject(value) && typeof value.epoch === "string" && typeof value.sequence === "number",
  loaded: (value) => isObject(value) && isObject(value.plan) && isObject(value.plan.plan) && isObject(value.params),
  kept: (value) =>
    isObject(value) && typeof value.run === "string" && isObject(value.tasks) && Object.values(value.tasks).every(isKeptTask) && isFrom(value.from),
  interval: (value) => isObject(value) && Number.isFinite(value.start) && Number.isFinite(value.end) && typeof value.tz === "string",
  hops: (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0,
};

/**
 * The arguments of a run: one `RunInput`, or nothing. Throws `E_RUN_INPUT`, which names the field. A field that nobody knows is a person's
 * mistake; in a start that the registry decided it comes from a newer release, while workers of both are there, and is left alone.
 */
export function parseRunInput(args: readonly unknown[]): RunInput {
  if (args.length > 1) throw wrong(`it has ${args.length} arguments`);
  const [given] = args;
  if (given === undefined || given === null) return {};
  if (isUndecodable(given)) throw wrong(whyUndecodable(given));
  if (!isObject(given)) throw wrong(`it is ${Array.isArray(given) ? "a list" : `a ${typeof given}`}`);
  for (const [name, value] of Object.entries(given)) {
    const fits = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof RunInput] : undefined;
    if (fits === undefined && isObject(given.decision)) continue;
    if (fits === undefined) throw wrong(`it has no field "${name}"; its fields are ${Object.keys(FIELDS).join(", ")}`);
    if (!fits(value)) throw wrong(`its field "${name}" is ${JSON.stringify(value)?.slice(0, 100)}`);
  }
  return given as RunInput;
}

function wrong(why: string): HeadgateError {
  return new HeadgateError("E_RUN_INPUT", `the input of the run is malformed: ${why}`, { hint: 'give one object such as {"params":{}}, or nothing' });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isKeptTask(value: unknown): boolean {
  return isObject(value) && (value.status === "succeeded" || value.status === "skipped");
}

function isFrom(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((task) => typeof task === "string"));
}

function isEvents(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((event) => isObject(event) && typeof event.asset === "string" && typeof event.time === "number" && isObject(event.data))
  );
}
