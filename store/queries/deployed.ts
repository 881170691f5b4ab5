import type { Catalog, CatalogWatcher } from "../../core/catalog.ts";
import type { HashedPlan } from "../../core/plan.ts";
import type { Database } from "../database.ts";
import { catalogByHash, listDeploys } from "./catalogs.ts";

/** What all projects have deployed now. */
export async function deployedCatalogs(db: Database): Promise<readonly Catalog[]> {
  const found = await Promise.all((await listDeploys(db)).map(({ catalog }) => catalogByHash(db, catalog)));
  return found.flatMap((catalog) => catalog ?? []);
}

/** The plan that a DAG has in what is deployed now. Undefined if no project has it. */
export async function deployedPlanOf(db: Database, dag: string): Promise<HashedPlan | undefined> {
  for (const { dags } of await deployedCatalogs(db)) {
    const found = dags.find(({ plan }) => plan.dag === dag);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The watchers of all that is deployed now, in order of their ids. */
export async function deployedWatchers(db: Database): Promise<readonly CatalogWatcher[]> {
  return (await deployedCatalogs(db)).flatMap(({ watchers }) => watchers).sort((a, b) => (a.id < b.id ? -1 : 1));
}
