import type { Grain, Mapping } from "../condition.ts";
import { type StrictReader, strictReader } from "../conditions/strict-json.ts";
import { checkTimeZone } from "../time/time.ts";
import { GRAINS } from "./grain.ts";
import { parseWait } from "./wait.ts";

const read: StrictReader = strictReader("E_CONDITION");

/** The keys of each mapping beside `map`; those in `needed` must be there. */
const FORMS: Readonly<Record<Mapping["map"], { readonly needed: readonly string[]; readonly more: readonly string[] }>> = {
  same: { needed: [], more: [] },
  rollup: { needed: ["grain"], more: ["tz", "wait"] },
  fanOut: { needed: ["grain"], more: ["tz", "direction", "max"] },
  offset: { needed: ["by"], more: [] },
  window: { needed: ["from", "to"], more: ["wait"] },
  static: { needed: ["keys"], more: ["wait"] },
  latest: { needed: [], more: [] },
  all: { needed: [], more: ["wait"] },
  product: { needed: ["of"], more: [] },
};

/** Checks a mapping that comes from outside, strictly, as far as it can be without its asset. @throws E_CONDITION, E_CRON, E_DURATION */
export function parseMapping(value: unknown, where: string): Mapping {
  const given = read.object(value, where);
  const map = read.oneOf(given.map, `${where}.map`, Object.keys(FORMS) as Mapping["map"][]);
  const { needed, more } = FORMS[map];
  read.object(value, where, ["map", ...needed, ...more]);
  for (const name of needed) if (given[name] === undefined) read.refuse(where, `${map} needs ${name}`);
  for (const [name, field] of Object.entries(given)) if (name !== "map") checkField(name, field, `${where}.${name}`);
  return given as Mapping;
}

function checkField(name: string, value: unknown, where: string): void {
  switch (name) {
    case "grain":
      read.oneOf<Grain>(value, where, GRAINS);
      return;
    case "tz":
      checkTimeZone(value as string, where);
      return;
    case "wait":
      parseWait(value, where);
      return;
    case "direction":
      read.oneOf(value, where, ["forward", "backward"]);
      return;
    case "max":
      read.whole(value, where, 1);
      return;
    case "by":
    case "from":
    case "to":
      read.whole(value, where, -100_000);
      if ((value as number) > 100_000) read.refuse(where, "more than 100000 slices away");
      return;
    case "keys":
      for (const [key, target] of Object.entries(read.object(value, where))) parseTargets(target, `${where}.${key}`);
      return;
    case "of":
      for (const [index, one] of read.list(value, where, 1).entries()) parseMapping(one, `${where}[${index}]`);
      return;
  }
}

function parseTargets(value: unknown, where: string): void {
  if (typeof value === "string") return;
  for (const [index, one] of read.list(value, where, 1).entries()) read.text(one, `${where}[${index}]`);
}
