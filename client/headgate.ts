import type { Client } from "@temporalio/client";
import { type Names, namesFor } from "../core/names.ts";
import { createPublisher, type Publisher, type PublisherOptions } from "./publisher.ts";
import { type RegistryClient, registryClient } from "./registry.ts";
import { type RunsClient, runsClient } from "./runs.ts";
import { signalSender } from "./signal-sender.ts";

/** Headgate as a service sees it: publish events, start runs, ask why. */
export interface Headgate extends Pick<Publisher, "publish"> {
  readonly registry: RegistryClient;
  readonly runs: RunsClient;
  readonly names: Names;
  /** Waits until what was handed over is accepted. The Temporal client stays open: whoever opened it closes it. */
  close(): Promise<void>;
}

/**
 * Headgate over a Temporal client.
 *
 * @example
 * const connection = await Connection.connect({ address: "127.0.0.1:7233" });
 * const headgate = headgateOver(new Client({ connection }));
 * await headgate.publish([{ asset: "s3://lake/raw/orders", id: "batch-17" }]);
 */
export function headgateOver(client: Client, options: { readonly environment?: string } & Omit<PublisherOptions, "send"> = {}): Headgate {
  const { environment = "", ...publishing } = options;
  const names = namesFor(environment);
  const registry = registryClient(client, names);
  const publisher = createPublisher({ giveUpAfter: 30_000, ...publishing, send: signalSender(client, names.registry) });
  return { names, registry, runs: runsClient(client, registry), publish: publisher.publish, close: publisher.close };
}
