import type { Catalog } from "../core/catalog.ts";
import { HeadgateError } from "../core/errors.ts";
import { isRecord } from "../core/json.ts";

/**
 * What `headgate deploy` sends has the form of a catalogue; what anybody may send by the update need not. It is looked at as far as
 * the registry relies on it, before anything is compiled.
 *
 * @throws E_CATALOG
 */
export function checkCatalog(given: { readonly project: unknown; readonly revision: unknown; readonly catalog: unknown }): void {
  const { project, revision, catalog } = given;
  const refuse = (what: string): HeadgateError =>
    new HeadgateError("E_CATALOG", `this is no catalogue: ${what}`, { where: `deploy of project ${String(project)}`, hint: "deploy with `headgate deploy`" });
  if (!isName(project)) throw refuse("its project has no name");
  if (!Number.isSafeInteger(revision) || (revision as number) < 0) throw refuse(`its revision is ${JSON.stringify(revision)}, not a whole number`);
  if (!isRecord(catalog)) throw refuse("it is no object");
  const { assets, dags, watchers, taskQueue, hash } = catalog as Partial<Catalog>;
  if (catalog.project !== project) throw refuse(`it belongs to project ${JSON.stringify(catalog.project)}`);
  if (typeof taskQueue !== "string" || taskQueue === "") throw refuse("it has no taskQueue");
  if (typeof hash !== "string" || hash === "") throw refuse("it has no hash");
  if (!Array.isArray(assets) || !Array.isArray(dags) || !Array.isArray(watchers)) throw refuse("assets, dags and watchers are lists");
  for (const asset of assets) if (!isRecord(asset) || typeof asset.uri !== "string") throw refuse("an asset has a uri");
  for (const one of dags) {
    if (!isRecord(one) || typeof one.hash !== "string" || !isRecord(one.plan)) throw refuse("a DAG has a hash and a plan");
    const { dag, policy, tasks, outlets } = one.plan;
    if (!isName(dag)) throw refuse("a DAG has an id");
    if (!isRecord(policy) || !Array.isArray(tasks) || !Array.isArray(outlets)) throw refuse(`the plan of ${String(dag)} has a policy, tasks and outlets`);
  }
}

/** A key of the state: `__proto__` is none. */
function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value !== "__proto__";
}
