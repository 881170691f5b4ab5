import type { Catalog } from "../../core/catalog.ts";
import { type Listeners, listenersIn } from "../../registry/index.ts";
import type { Store } from "../../store/index.ts";

/** What is deployed now, of all projects, as far as rights ask for it. */
export interface Deployed {
  readonly listeners: Listeners;
  projectOfWatcher(id: string): string | undefined;

  projectOfDag(id: string): string | undefined;
}

/** How old the answer may be, in milliseconds: a DAG that was deployed since is not protected yet. */
const FRESH = 2_000;

/** Looks at the deploys of the store every now and then, and reads a catalogue once for each hash. */
export function createDeployed(store: Pick<Store, "listDeploys" | "catalogByHash">, now: () => number): () => Promise<Deployed> {
  let known: { readonly hashes: string; readonly catalogs: readonly Catalog[]; readonly deployed: Deployed } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<Deployed> | undefined;

  async function look(): Promise<Deployed> {
    const at = now();
    const hashes = (await store.listDeploys()).map(({ catalog }) => catalog).sort();
    if (known?.hashes !== hashes.join()) {
      const have = new Map(known?.catalogs.map((catalog) => [catalog.hash, catalog]));
      const found = await Promise.all(hashes.map(async (hash) => have.get(hash) ?? (await store.catalogByHash(hash))));
      const catalogs = found.filter((catalog) => catalog !== undefined);
      // One whose body is not there yet is looked for again.
      known = { hashes: catalogs.map(({ hash }) => hash).join(), catalogs, deployed: deployedIn(catalogs) };
    }
    lookedAt = at;
    return known.deployed;
  }

  return async () => {
    if (known !== undefined && now() - lookedAt < FRESH) return known.deployed;
    looking ??= look().finally(() => (looking = undefined));
    return await looking;
  };
}

function deployedIn(catalogs: readonly Catalog[]): Deployed {
  const watchers = new Map(catalogs.flatMap(({ project, watchers: own }) => own.map(({ id }) => [id, project] as const)));
  const dags = new Map(catalogs.flatMap(({ project, dags: own }) => own.map(({ plan }) => [plan.dag, project] as const)));
  return { listeners: listenersIn(catalogs), projectOfWatcher: (id) => watchers.get(id), projectOfDag: (id) => dags.get(id) };
}
