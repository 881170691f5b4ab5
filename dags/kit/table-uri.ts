import { HeadgateError } from "headgate";

/**
 * Puts an asset's URI together from names that were checked one by one. `rule` is what the warehouse allows without quotes: a wrong name
 * is found when the file loads, and not by the first query.
 */
export function tableUri(scheme: string, parts: Readonly<Record<string, string>>, rule: RegExp): string {
  for (const [part, name] of Object.entries(parts)) {
    if (!rule.test(name)) {
      throw new HeadgateError("E_ASSET_URI", `${scheme}: the ${part} ${JSON.stringify(name)} is no name there`, { hint: `it must match ${rule.source}` });
    }
  }
  return `${scheme}://${Object.values(parts).join("/")}`;
}
