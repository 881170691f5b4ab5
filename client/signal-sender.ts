import type { Client } from "@temporalio/client";
import type { Payload } from "@temporalio/common";
import { type SendSignal, TryAgain } from "./lane.ts";
import { registryGone, registryUnreachable } from "./registry-gone.ts";

const JSON_PLAIN = Buffer.from("json/plain");

/** gRPC status codes. https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;
const TRANSIENT = new Set([
  1 /* cancelled */, 2 /* unknown */, 4 /* deadline exceeded */, 8 /* resource exhausted */, 10 /* aborted */, 13 /* internal */, 14 /* unavailable */,
]);

/**
 * Sends signals to the registry by the bare service, because only there the request id is ours: the server drops a repeat
 * with the same one. A registry that is missing or closed is tried again: it may be about to start or to be restored.
 */
export function signalSender(client: Client, registry: string): SendSignal {
  const { namespace, identity } = client.options;
  const { payloadCodecs } = client.options.loadedDataConverter;

  async function encode(args: readonly string[]): Promise<Payload[]> {
    let payloads: Payload[] = args.map((text) => ({ metadata: { encoding: JSON_PLAIN }, data: Buffer.from(text) }));
    for (const codec of payloadCodecs) payloads = await codec.encode(payloads);
    return payloads;
  }

  return async (signalName, args, requestId) => {
    const payloads = await encode(args);
    try {
      await client.workflowService.signalWorkflowExecution({
        namespace,
        identity,
        requestId,
        signalName,
        workflowExecution: { workflowId: registry },
        input: { payloads },
      });
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === NOT_FOUND) throw new TryAgain(await registryGone(client, registry, error));
      if (typeof code === "number" && TRANSIENT.has(code)) {
        throw new TryAgain(registryUnreachable(registry, error));
      }
      throw error;
    }
  };
}
