import { frozenJson } from "../authoring/freeze.ts";
import type { JsonObject } from "../json.ts";
import type { Policy } from "../policy.ts";
import { parseDuration } from "../time/duration.ts";
import { compilePath } from "./path.ts";
import { type StrictReader, strictReader } from "./strict-json.ts";

const read: StrictReader = strictReader("E_POLICY");

type Check = (value: unknown, where: string) => void;

const duration: Check = (value, where) => read.duration(value, where);
const flag: Check = (value, where) => read.flag(value, where);
const positive: Check = (value, where) => read.whole(value, where, 1);
const oneOf =
  (...allowed: readonly string[]): Check =>
  (value, where) =>
    read.oneOf(value, where, allowed);

/** An object with these fields; a name that ends in `?` may be left out. */
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, where) => {
    const names = Object.keys(checks).map((name) => name.replace(/\?$/, ""));
    const given = read.object(value, where, names);
    for (const [name, check] of Object.entries(checks)) {
      const field = given[name.replace(/\?$/, "")];
      if (field !== undefined) check(field, `${where}.${name.replace(/\?$/, "")}`);
      else if (!name.endsWith("?")) read.refuse(where, `${name} is missing`, `it has ${names.join(" and ")}`);
    }
  };

const debounce: Check = (value, where) => {
  fields({ quiet: duration, max: duration })(value, where);
  const { quiet, max } = value as { readonly quiet: string; readonly max: string };
  if (parseDuration(max) < parseDuration(quiet)) read.refuse(where, `max ${max} is shorter than quiet ${quiet}, so it would never be quiet long enough`);
};

const once: Check = (value, where) => {
  const path: Check = (by, at) => {
    compilePath(read.text(by, at), at);
  };
  fields({ by: path, for: duration })(value, where);
};

const concurrency: Check = (value, where) => {
  if (typeof value === "number") positive(value, where);
  else fields({ "total?": positive, "perKey?": positive })(value, where);
};

const whenFailed: Check = (value, where) => {
  if (typeof value === "string") return oneOf("hold", "return", "pause")(value, where);
  fields({ "return?": positive, "pause?": positive })(value, where);
  if (Object.keys(value as object).length !== 1) read.refuse(where, "it is either return or pause", 'write {"return": 3} or {"pause": 3}');
};

const startAt: Check = (value, where) => {
  if (value !== "now") fields({ since: duration })(value, where);
};

const catchUp: Check = (value, where) => {
  if (typeof value !== "boolean") duration(value, where);
};

const CHECKS: Readonly<Record<keyof Policy, Check>> = {
  mode: oneOf("batch", "each", "latest"),
  debounce,
  batch: fields({ "max?": positive, "wait?": duration }),
  throttle: fields({ limit: positive, per: duration }),
  once,
  concurrency,
  priority: (value, where) => read.whole(value, where, Number.MIN_SAFE_INTEGER),
  whenPaused: oneOf("hold", "drop", "latest"),
  whenFailed,
  expireAfter: duration,
  maxPending: positive,
  startAt,
  remember: duration,
  catchUp,
  paused: flag,
  cycle: flag,
};

/** The keys of a policy: what a DAG of a scenario has beside `id`, `on` and `runs`. */
export const POLICY_KEYS: readonly (keyof Policy)[] = Object.keys(CHECKS) as (keyof Policy)[];

/**
 * Checks a policy that comes from outside, strictly.
 *
 * @param where - path for errors: `dags[0]`, of which `dags[0].debounce.quiet` is made
 * @throws E_POLICY, E_DURATION, E_CONDITION (the path of `once.by`)
 */
export function parsePolicy(value: unknown, where: string): Policy {
  const given = read.object(value, where, POLICY_KEYS);
  for (const key of POLICY_KEYS) if (given[key] !== undefined) CHECKS[key](given[key], `${where}.${key}`);
  return given as Policy;
}

/** The policy among the options of a DAG as frozen data, only with what was said. Throws as `parsePolicy`. */
export function readPolicy(options: Policy, where: string): Policy {
  const said = POLICY_KEYS.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]);
  return parsePolicy(frozenJson<JsonObject>(Object.fromEntries(said), "E_POLICY", where), where);
}
