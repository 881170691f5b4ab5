import { condition, defineSignal, setHandler } from "@temporalio/workflow";
import { CATALOG_SIGNALS } from "../core/registry-protocol.ts";

/**
 * Keeps one catalogue in its history: its input is the first slice of the compressed text, and signals bring the others. It sleeps
 * until the registry has no use for it any more. Readers take the history as it is, so that no worker is needed.
 */
export async function registryCatalog(): Promise<void> {
  let ended = false;
  setHandler(defineSignal(CATALOG_SIGNALS.slice), () => undefined, { description: "A slice of the catalogue: its number and its bytes" });
  setHandler(
    defineSignal(CATALOG_SIGNALS.end),
    () => {
      ended = true;
    },
    { description: "Nobody refers to this catalogue any more" },
  );
  await condition(() => ended);
}
