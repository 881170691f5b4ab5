import { contentHash } from "./hash.ts";
import type { RunStart } from "./run.ts";

/** What a run's memo says of the decision behind it: the same text again means the same decision about the same events. */
export function decisionMemo(input: RunStart["input"]): string {
  const { epoch, sequence } = input.decision;
  const events = (input.events ?? []).map((event) => [event.source, event.id]);
  return `${epoch}-${sequence}-${contentHash([input.plan, input.partition ?? null, ...events]).slice(0, 16)}`;
}
