import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy, WorkflowNotFoundError } from "@temporalio/client";
import type { Payload } from "@temporalio/common";
import type { AssetEvent } from "../core/event.ts";
import type { Names } from "../core/names.ts";
import { STRETCH_END } from "../core/registry-protocol.ts";

/** Pending events kept in the history of a workflow of their own: where a registry puts them while the store is away. */
export interface TemporalStretches {
  /** A stretch that is kept already stays as it is. */
  keep(name: string, events: readonly AssetEvent[]): Promise<void>;
  /** Undefined if there is no such stretch, or its retention is over. */
  read(name: string): Promise<readonly AssetEvent[] | undefined>;
  /** Its history can be read until the namespace's retention is over. One that is not there is no error. */
  release(name: string): Promise<void>;
}

export function createTemporalStretches(client: Client, names: Names): TemporalStretches {
  const { payloadConverter, payloadCodecs } = client.options.loadedDataConverter;

  async function historyOf(workflowId: string) {
    try {
      return (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return [];
      throw error;
    }
  }

  return {
    keep: async (name, events) => {
      try {
        await client.workflow.start("registryStretch", {
          workflowId: names.stretch(name),
          taskQueue: names.systemQueue,
          args: [events],
          workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
          staticSummary: `${events.length} pending events`,
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
    read: async (name) => {
      for (const { workflowExecutionStartedEventAttributes: started } of await historyOf(names.stretch(name))) {
        if (started?.input == null) continue;
        let payloads = (started.input.payloads ?? []) as Payload[];
        for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
        return payloadConverter.fromPayload<readonly AssetEvent[]>(payloads[0] as Payload);
      }
      return undefined;
    },
    release: async (name) => {
      try {
        await client.workflow.getHandle(names.stretch(name)).signal(STRETCH_END);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    },
  };
}
