import { createMemoryOutbox } from "../../watchers/outbox-memory.ts";
import { takeContract } from "./take-contract.ts";

takeContract("memory", async () => {
  const outbox = createMemoryOutbox();
  return { outbox, kept: outbox.kept, [Symbol.asyncDispose]: async () => undefined };
});
