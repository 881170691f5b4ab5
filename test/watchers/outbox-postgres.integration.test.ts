import { afterEach } from "vitest";
import { createStoreWorld, type StoreWorld } from "../store/store-world.ts";
import { outboxContract } from "./outbox-contract.ts";

let world: StoreWorld | undefined;
afterEach(async () => {
  await world?.[Symbol.asyncDispose]();
  world = undefined;
});

outboxContract("the outbox in Postgres", async () => {
  world = await createStoreWorld();
  const { store } = world;
  return { outbox: store.outbox, deadLetters: (watcher) => store.listDeadLetters({ watcher }) };
});
