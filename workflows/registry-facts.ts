import { ParentClosePolicy, proxyActivities, startChild } from "@temporalio/workflow";
import type { Fact } from "../core/fact.ts";
import { countThatFit, LIMITS } from "../core/limits.ts";
import type { factProjector } from "./fact-projector.ts";
import { writtenJson } from "./payload-converter.ts";
import type { RegistryActivities } from "./ports.ts";

/** Bytes of waiting facts above which projector workflows take them: the store is down or cannot keep up. */
const WAITING_LIMIT = 2 * LIMITS.activityBytes;

/** Commands of one workflow task may have 4 MB together: the server terminates a workflow that has more. */
const PROJECTORS_AT_ONCE = 4;

/** How long an acknowledgement is held back, in milliseconds, so that one activity carries the facts of many runs. */
const HOLD = 250;

export interface FactOutflow {
  push(facts: readonly Fact[]): void;
  /** Hands out what waits, if it may. Called once after each step. */
  pump(): void;
  /** What the next registry run must hand out again. */
  unacknowledged(): readonly Fact[];
  /** Projector workflows that were asked for and have not started. */
  starting(): number;
  /** About how many bytes of JSON wait. */
  waitingBytes(): number;
}

/**
 * The way of facts to the store: one regular activity in flight, the rest waits in memory; past a bound, projector workflows
 * take the waiting facts as their input and try for as long as it takes. Deciding never waits for it.
 */
export function createFactOutflow(registryId: string, carried: readonly Fact[], changed: () => void): FactOutflow {
  const { project } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { initialInterval: "500ms", backoffCoefficient: 2, maximumInterval: "5s" },
    summary: "facts to the store",
  });
  let waiting: WrittenFact[] = carried.map(written);
  let waitingBytes = bytesOf(waiting);
  let inFlight: readonly Fact[] = [];
  const spilling = new Set<readonly Fact[]>();

  function push(facts: readonly Fact[]): void {
    for (const fact of facts) {
      const one = written(fact);
      waiting.push(one);
      waitingBytes += one.text.length;
    }
  }

  function takeChunk(): { facts: readonly Fact[]; text: string; full: boolean } {
    const count = countThatFit(waiting, (one) => one.text.length, LIMITS.activityBytes);
    const chunk = waiting.slice(0, count);
    waiting = waiting.slice(count);
    waitingBytes -= bytesOf(chunk);
    return { facts: chunk.map((one) => one.fact), text: `[${chunk.map((one) => one.text).join(",")}]`, full: waiting.length > 0 };
  }

  function pump(): void {
    if (inFlight.length === 0 && waiting.length > 0) {
      const { facts, text, full } = takeChunk();
      inFlight = facts;
      const input: unknown = writtenJson(`{"registry":${JSON.stringify(registryId)},"facts":${text},"hold":${full ? 0 : HOLD}}`);
      void project(input as Parameters<typeof project>[0]).then(() => {
        inFlight = [];
        changed();
      });
    }
    while (waitingBytes > WAITING_LIMIT && spilling.size < PROJECTORS_AT_ONCE) spill(takeChunk().facts);
  }

  function spill(facts: readonly Fact[]): void {
    spilling.add(facts);
    const first = facts[0]?.n ?? 0;
    void startChild<typeof factProjector>("factProjector", {
      args: [{ registry: registryId, facts }],
      workflowId: `${registryId}/facts/${first}`,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${facts.length} facts for the store`,
    }).then(
      () => {
        spilling.delete(facts);
        changed();
      },
      () => {
        // A reset registry meets the projector of its former life: its facts may differ, so they go by the activity.
        spilling.delete(facts);
        push(facts);
        changed();
      },
    );
  }

  return {
    push,
    pump,
    unacknowledged: () => [...inFlight, ...[...spilling].flat(), ...waiting.map((one) => one.fact)],
    starting: () => spilling.size,
    waitingBytes: () => waitingBytes,
  };
}

/** Written out once, to be measured and to be sent: it was a third of what an event cost the registry. */
interface WrittenFact {
  readonly fact: Fact;
  readonly text: string;
}

function written(fact: Fact): WrittenFact {
  return { fact, text: JSON.stringify(fact) };
}

function bytesOf(facts: readonly WrittenFact[]): number {
  return facts.reduce((sum, { text }) => sum + text.length, 0);
}
