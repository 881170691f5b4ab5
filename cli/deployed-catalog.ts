import type { Catalog } from "../core/catalog.ts";
import { HeadgateError } from "../core/errors.ts";
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

/** Gives `otherwise` where the store is not configured or does not answer: it is never needed to act. */
export async function unlessStoreIsAway<T>(ask: () => Promise<T>, otherwise: (why: HeadgateError) => T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (HeadgateError.is(error) && (error.code === "E_STORE" || error.code === "E_CONFIG")) return otherwise(error);
    throw error;
  }
}
