import { openStore, type Store, type StoreOptions } from "../../store/index.ts";
import { createWorld } from "../support/stack.ts";

export interface StoreWorld {
  readonly store: Store;
  readonly url: string;
  /** A second store on the same database, as another process would have it. */
  another(options?: Partial<StoreOptions>): Store;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A migrated store in a database of its own. */
export async function createStoreWorld(options: Partial<StoreOptions> = {}): Promise<StoreWorld> {
  const world = await createWorld({ tables: options.schema === undefined });
  const opened: Store[] = [];
  const another = (more: Partial<StoreOptions> = {}): Store => {
    const store = openStore({ url: world.databaseUrl, ...options, ...more });
    opened.push(store);
    return store;
  };
  const store = another();
  await store.migrate();
  return {
    store,
    url: world.databaseUrl,
    another,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((one) => one.close()));
      await world[Symbol.asyncDispose]();
    },
  };
}
