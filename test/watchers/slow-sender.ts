import { setTimeout as pause } from "node:timers/promises";
import type { BatchSender } from "../../watchers/batch-sender.ts";

/** A registry that takes a while for its first batch, in milliseconds. */
export function slowSender(registry: BatchSender, ms: number): BatchSender {
  let first = true;
  return {
    send: async (batch) => {
      if (first) await pause(ms);
      first = false;
      await registry.send(batch);
    },
  };
}
