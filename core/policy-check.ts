import { parseDuration } from "./duration.ts";
import { HeadgateError } from "./errors.ts";
import { frozenJson } from "./freeze.ts";
import type { JsonObject } from "./json.ts";
import { checkOptionNames } from "./option-names.ts";
import { compilePath } from "./path.ts";
import type { Policy } from "./policy.ts";

/** The fields of `Policy`, in the order in which people read them. A test compares them with the type. */
export const POLICY_FIELDS = [
  "mode",
  "debounce",
  "batch",
  "throttle",
  "once",
  "concurrency",
  "priority",
  "whenPaused",
  "whenFailed",
  "expireAfter",
  "maxPending",
  "startAt",
  "remember",
  "paused",
  "cycle",
] as const satisfies readonly (keyof Policy)[];

/** The policy among a DAG's options as frozen data, only with what was said. Throws `E_POLICY`, `E_DURATION`. */
export function readPolicy(options: Policy, where: string): Policy {
  const said = frozenJson<JsonObject>(
    Object.fromEntries(POLICY_FIELDS.filter((field) => options[field] !== undefined).map((field) => [field, options[field]])),
    "E_POLICY",
    where,
  ) as Policy;
  oneOf(said.mode, ["batch", "each", "latest"], "mode", where);
  oneOf(said.whenPaused, ["hold", "drop", "latest"], "whenPaused", where);
  if (said.debounce !== undefined) {
    checkFields(said.debounce, ["quiet", "max"], ["quiet", "max"], "debounce", where);
    const quiet = span(said.debounce.quiet, "debounce.quiet", where);
    const max = span(said.debounce.max, "debounce.max", where);
    refuseIf(
      max < quiet,
      where,
      `debounce.max ${said.debounce.max} is shorter than debounce.quiet ${said.debounce.quiet}`,
      "a run waits for `quiet` without events, but never longer than `max`",
    );
  }
  if (said.batch !== undefined) {
    checkFields(said.batch, ["max", "wait"], [], "batch", where);
    wholeFrom(said.batch.max, 1, "batch.max", where);
    optionalSpan(said.batch.wait, "batch.wait", where);
  }
  if (said.throttle !== undefined) {
    checkFields(said.throttle, ["limit", "per"], ["limit", "per"], "throttle", where);
    wholeFrom(said.throttle.limit, 1, "throttle.limit", where);
    span(said.throttle.per, "throttle.per", where);
  }
  if (said.once !== undefined) {
    checkFields(said.once, ["by", "for"], ["by", "for"], "once", where);
    refuseIf(typeof said.once.by !== "string", where, "once.by is no path", `write once: { by: "hash", for: "24h" }`);
    compilePath(said.once.by, `${where}, once.by`);
    span(said.once.for, "once.for", where);
  }
  checkConcurrency(said.concurrency, where);
  refuseIf(
    said.priority !== undefined && !Number.isFinite(said.priority),
    where,
    `priority ${String(said.priority)} is no number`,
    "a higher priority starts first; the default is 0",
  );
  checkWhenFailed(said.whenFailed, where);
  optionalSpan(said.expireAfter, "expireAfter", where);
  wholeFrom(said.maxPending, 1, "maxPending", where);
  optionalSpan(said.remember, "remember", where);
  checkStartAt(said.startAt, where);
  for (const flag of ["paused", "cycle"] as const) {
    refuseIf(said[flag] !== undefined && typeof said[flag] !== "boolean", where, `${flag} is ${JSON.stringify(said[flag])}`, "it is true or false");
  }
  return said;
}

function checkConcurrency(concurrency: Policy["concurrency"], where: string): void {
  if (typeof concurrency !== "object") {
    wholeFrom(concurrency, 1, "concurrency", where);
    return;
  }
  checkFields(concurrency, ["total", "perKey"], [], "concurrency", where);
  wholeFrom(concurrency.total, 1, "concurrency.total", where);
  wholeFrom(concurrency.perKey, 1, "concurrency.perKey", where);
}

function checkWhenFailed(whenFailed: Policy["whenFailed"], where: string): void {
  if (typeof whenFailed !== "object") {
    oneOf(whenFailed, ["hold", "return", "pause"], "whenFailed", where);
    return;
  }
  checkFields(whenFailed, ["return", "pause"], [], "whenFailed", where);
  const [count, ...more] = Object.values(whenFailed);
  refuseIf(
    count === undefined || more.length > 0,
    where,
    "whenFailed says none or both of return and pause",
    `write "hold", "return", "pause", { return: 3 } or { pause: 3 }`,
  );
  wholeFrom(count, 1, "whenFailed", where);
}

function checkStartAt(startAt: Policy["startAt"], where: string): void {
  if (startAt === undefined || startAt === "now") {
    return;
  }
  refuseIf(typeof startAt !== "object", where, `startAt is ${JSON.stringify(startAt)}`, `write "now" or { since: "7d" }`);
  checkFields(startAt, ["since"], ["since"], "startAt", where);
  span((startAt as { readonly since: string }).since, "startAt.since", where);
}

function checkFields(value: unknown, allowed: readonly string[], required: readonly string[], name: string, where: string): void {
  checkOptionNames(value, allowed, `${where}, ${name}`, "E_POLICY");
  for (const field of required) {
    refuseIf(!Object.hasOwn(value as object, field), where, `${name} has no "${field}"`, `give all of ${required.join(", ")}`);
  }
}

function span(text: string, name: string, where: string): number {
  const ms = parseDuration(text, `${where}, ${name}`);
  refuseIf(ms === 0, where, `${name} is 0`, "give a time above 0, or leave it out");
  return ms;
}

function optionalSpan(text: string | undefined, name: string, where: string): void {
  if (text !== undefined) {
    span(text, name, where);
  }
}

function wholeFrom(value: unknown, least: number, name: string, where: string): void {
  refuseIf(
    value !== undefined && !(Number.isSafeInteger(value) && (value as number) >= least),
    where,
    `${name} is ${JSON.stringify(value)}`,
    `give a whole number from ${least} on`,
  );
}

function oneOf(value: unknown, allowed: readonly string[], name: string, where: string): void {
  refuseIf(
    value !== undefined && !allowed.includes(value as string),
    where,
    `${name} is ${JSON.stringify(value)}`,
    `it is one of ${allowed.map((item) => `"${item}"`).join(", ")}`,
  );
}

function refuseIf(wrong: boolean, where: string, why: string, hint: string): void {
  if (wrong) {
    throw new HeadgateError("E_POLICY", `${where}: ${why}`, { where, hint });
  }
}
