import { condition, defineSignal, setHandler } from "@temporalio/workflow";
import type { AssetEvent } from "../core/event.ts";
import { STRETCH_END } from "../core/registry-protocol.ts";

/**
 * Keeps pending events of a registry in its history, which is read as it is: its input is all that it is for. The registry starts it
 * while the store is down. It sleeps until they are pending no more.
 */
export async function registryStretch(_events: readonly AssetEvent[]): Promise<void> {
  let ended = false;
  setHandler(
    defineSignal(STRETCH_END),
    () => {
      ended = true;
    },
    { description: "Nobody refers to these events any more" },
  );
  await condition(() => ended);
}
