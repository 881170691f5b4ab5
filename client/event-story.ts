import type { EventExplanation } from "../registry/explain.ts";
import type { Store } from "../store/index.ts";
import type { QuarantineEntry } from "../store/quarantine.ts";
import type { StoredEvent } from "../store/queries/events.ts";
import type { DuplicateEntry, LedgerEntry } from "../store/queries/ledger.ts";
import type { RejectedEntry } from "../store/queries/trouble.ts";
import type { RegistryClient } from "./registry.ts";

/** What the store knows of an id. */
export interface RecordedStory {
  /** Newest first; more than one if sources share the id. */
  readonly events: readonly StoredEvent[];
  readonly fates: readonly LedgerEntry[];
  readonly repeats: readonly DuplicateEntry[];
  readonly rejected: readonly RejectedEntry[];
  /** Put aside by the contract of their asset. */
  readonly quarantined: readonly QuarantineEntry[];
}

/** Everything that is known of an id. */
export interface EventStory extends RecordedStory {
  /** What the registry holds of it now. */
  readonly live: EventExplanation | null;
}

export interface EventName {
  readonly id: string;
  readonly source?: string;
}

/** What became of an event, as it is recorded. */
export async function recordedStory(
  store: Pick<Store, "findEvents" | "ledgerOf" | "duplicatesOf" | "listRejected" | "listQuarantined">,
  name: EventName,
): Promise<RecordedStory> {
  const [events, fates, repeats, rejected, quarantined] = await Promise.all([
    store.findEvents(name),
    store.ledgerOf(name),
    store.duplicatesOf(name),
    store.listRejected({ limit: 1_000 }),
    store.listQuarantined(name),
  ]);
  return {
    ...{ events, fates, repeats, quarantined },
    rejected: rejected.filter(({ event }) => typeof event === "object" && event !== null && "id" in event && event.id === name.id),
  };
}

/** What the registry holds of an event at this moment; null if nothing. */
export async function liveStory(registry: Pick<RegistryClient, "explain">, name: EventName): Promise<EventExplanation | null> {
  const { data } = await registry.explain({ event: name });
  return data.kind === "event" ? data : null;
}

/** True if nobody has ever heard of the id. */
export function isUnheardOf({ events, repeats, rejected, quarantined, live }: EventStory): boolean {
  return events.length + repeats.length + rejected.length + quarantined.length === 0 && live === null;
}
