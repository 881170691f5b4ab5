import { takeContract } from "../watchers/take-contract.ts";
import { createStoreWorld } from "./store-world.ts";

takeContract("Postgres", async () => {
  const world = await createStoreWorld();
  return { outbox: world.store.outbox, kept: world.store.kept, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
});
