import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { outboxContract } from "./outbox-contract.ts";

outboxContract("the outbox in memory", async () => {
  const outbox = createMemoryOutbox();
  return { outbox, deadLetters: async (watcher) => outbox.view(watcher).deadLetters };
});
