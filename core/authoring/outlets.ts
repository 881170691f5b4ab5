import type { AssetDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { PlanOutlet } from "../plan.ts";
import { isAssetDefinition } from "./brand.ts";

/** The outlets of a task or a DAG as data, each asset once. Throws `E_REFERENCE`. */
export function readOutlets(outlets: unknown, where: string): { readonly outlets: readonly PlanOutlet[]; readonly definitions: readonly AssetDefinition[] } {
  if (outlets !== undefined && !Array.isArray(outlets)) {
    throw new HeadgateError("E_REFERENCE", `the outlets of ${where} are no list`, { where, hint: "write outlets: [clean]" });
  }
  const definitions = new Map<string, AssetDefinition>();
  for (const [index, value] of ((outlets ?? []) as readonly unknown[]).entries()) {
    if (!isAssetDefinition(value)) {
      const hint =
        typeof value === "string"
          ? `define it: export const clean = asset(${JSON.stringify(value)}), and write outlets: [clean]`
          : "an outlet is what asset(...) returned";
      throw new HeadgateError("E_REFERENCE", `outlets[${index}] of ${where} is no asset`, { where, hint });
    }
    definitions.set(value.uri, value);
  }
  return { outlets: [...definitions.values()].map(({ uri, catalog }) => ({ asset: uri, schema: catalog.schema })), definitions: [...definitions.values()] };
}
