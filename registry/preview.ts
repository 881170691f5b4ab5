import type { EventRef } from "../core/event.ts";
import type { RegisterReply, RegistryInput } from "./input.ts";
import { openRegistry, stateOf } from "./open.ts";
import type { Registry } from "./registry.ts";
import { step } from "./step.ts";

/** What a deploy would do at once to what is pending. */
export interface DeployPreview {
  readonly ok: true;
  /** Pending events that it would let go of, by consumer, key and reason. */
  readonly dropped: readonly PreviewedDrop[];
  /** Runs that it would start in the same instant. */
  readonly starts: readonly { readonly dag: string; readonly key: string; readonly partition: string | null; readonly events: readonly EventRef[] }[];
}

export interface PreviewedDrop {
  readonly dag: string;
  readonly key: string;
  readonly why: string;
  readonly count: number;
  /** The first of them. */
  readonly events: readonly EventRef[];
}

const MOST_EVENTS = 20;

/** Registers a catalogue in a copy of the registry, and throws the copy away. Refusals are those of a real deploy. */
export function previewDeploy(
  registry: Registry,
  { project, catalog }: Omit<Extract<RegistryInput, { kind: "register" }>, "kind" | "revision">,
  now: number,
): DeployPreview | Extract<RegisterReply, { ok: false }> {
  const copy = openRegistry(stateOf(registry));
  const named = new Map([...copy.events.values()].map(({ event: { asset, source, id, seq } }) => [seq, { asset, source, id }]));
  const revision = (copy.state.projects[project]?.revision ?? 0) + 1;
  const { facts, registered, starts } = step(copy, [{ kind: "register", project, revision, catalog }], now);
  const [reply] = registered;
  if (reply?.ok === false) return reply;
  const drops = new Map<string, PreviewedDrop>();
  for (const fact of facts) {
    if (fact.kind !== "fate" || fact.fate !== "dropped") continue;
    const { dag, key, seq, why = "" } = fact;
    const name = JSON.stringify([dag, key, why]);
    const { count = 0, events = [] } = drops.get(name) ?? {};
    const event = named.get(seq);
    drops.set(name, { dag, key, why, count: count + 1, events: event === undefined || events.length >= MOST_EVENTS ? events : [...events, event] });
  }
  return {
    ok: true,
    dropped: [...drops.values()],
    starts: starts.map(({ dag, input: { key = "", partition = null, events = [] } }) => ({
      ...{ dag, key, partition },
      events: events.slice(0, MOST_EVENTS).map(({ asset, source, id }) => ({ asset, source, id })),
    })),
  };
}
