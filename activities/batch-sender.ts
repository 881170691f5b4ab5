import type { Publisher } from "../client/publisher.ts";
import type { RegistryClient } from "../client/registry.ts";
import type { BatchSender } from "../watchers/batch-sender.ts";

/** Hands numbered batches to the registry by its signal; what the registry took is asked by query. */
export function batchSender(publisher: Publisher, registry: RegistryClient): BatchSender {
  return {
    send: (batch) => publisher.watcherBatch(batch),
    mark: async (watcher) => (await registry.watcher(watcher)) ?? undefined,
  };
}
