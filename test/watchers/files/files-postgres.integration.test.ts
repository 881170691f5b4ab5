import { afterEach } from "vitest";
import { createStoreWorld, type StoreWorld } from "../../store/store-world.ts";
import { sourceContract } from "../source-contract.ts";
import { createLandingWorld } from "./landing-world.ts";

let world: StoreWorld | undefined;
afterEach(async () => {
  await world?.[Symbol.asyncDispose]();
  world = undefined;
});

sourceContract("the local files source with its outbox in Postgres", createLandingWorld, async () => {
  world = await createStoreWorld();
  const { store } = world;
  return { outbox: store.outbox, deadLetters: (watcher) => store.listDeadLetters({ watcher }) };
});
