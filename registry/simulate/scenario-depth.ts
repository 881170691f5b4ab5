import { strictReader } from "../../core/conditions/strict-json.ts";
import { isRecord } from "../../core/json.ts";
import { isTooDeep, MOST_LEVELS_AT_ALL } from "../../core/json-depth.ts";

const read = strictReader("E_SCENARIO");

/** To read what is nested without end would use up the stack. What stands under `event` is left to the machine, which rejects it. @throws E_SCENARIO */
export function refuseDeepScenario(scenario: unknown): void {
  if (!isRecord(scenario)) refuseDeep(scenario, "scenario");
  else for (const [key, value] of Object.entries(scenario)) refuseDeepPart(value, key);
}

function refuseDeepPart(value: unknown, key: string): void {
  if (!Array.isArray(value)) refuseDeep(value, key);
  else for (const [index, item] of value.entries()) refuseDeepItem(item, `${key}[${index}]`, key === "timeline");
}

function refuseDeepItem(item: unknown, where: string, isEntry: boolean): void {
  if (!isEntry || !isRecord(item)) refuseDeep(item, where);
  else for (const [key, value] of Object.entries(item)) if (key !== "event") refuseDeep(value, `${where}.${key}`);
}

function refuseDeep(value: unknown, where: string): void {
  if (isTooDeep(value, MOST_LEVELS_AT_ALL)) read.refuse(where, `it is nested more than ${MOST_LEVELS_AT_ALL} levels deep`);
}
