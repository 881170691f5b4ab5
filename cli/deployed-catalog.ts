import type { Catalog } from "../core/catalog.ts";
import type { Store } from "../store/index.ts";

/** What a project has deployed, as far as the store knows it. Undefined before the first deploy. */
export async function deployedCatalog(store: Store, project: string): Promise<Catalog | undefined> {
  const deploy = (await store.listDeploys()).find((one) => one.project === project);
  return deploy === undefined ? undefined : await store.catalogByHash(deploy.catalog);
}

/** The catalogues of all projects. */
export async function deployedCatalogs(store: Store): Promise<readonly Catalog[]> {
  const found = await Promise.all((await store.listDeploys()).map(({ catalog }) => store.catalogByHash(catalog)));
  return found.filter((catalog) => catalog !== undefined);
}
