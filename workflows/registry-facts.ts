import { ParentClosePolicy, patched, proxyActivities, startChild, workflowInfo } from "@temporalio/workflow";
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
  /** Projectors that were asked for as children and have not started: the server drops a child whose parent ends first. */
  starting(): number;
  /** About how many bytes of JSON the next registry run would have to hand out again. */
  waitingBytes(): number;
}

/**
 * The way of facts to the store: one regular activity in flight, the rest waits in memory; past a bound, projector workflows
 * take the waiting facts as their input and try for as long as it takes. Neither deciding nor the end of this run waits for it: what
 * nobody is known to have taken goes out again, and the store takes a fact twice.
 */
export function createFactOutflow(registryId: string, carried: readonly Fact[], changed: () => void): FactOutflow {
  const { project, startProjector } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { initialInterval: "500ms", backoffCoefficient: 2, maximumInterval: "5s" },
    summary: "facts to the store",
  });
  // A registry that was reset gives the same numbers again, to other facts.
  const life = workflowInfo().runId.slice(-8);
  let waiting: WrittenFact[] = carried.map(written);
  let waitingBytes = bytesOf(waiting);
  let inFlight: readonly Fact[] = [];
  const spilling = new Set<Chunk>();
  let byActivity: boolean | undefined;

  function push(facts: readonly Fact[]): void {
    for (const fact of facts) {
      const one = written(fact);
      waiting.push(one);
      waitingBytes += one.text.length;
    }
  }

  function takeChunk(): Chunk {
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
    while (waitingBytes > WAITING_LIMIT && spilling.size < PROJECTORS_AT_ONCE) spill(takeChunk());
  }

  /** By an activity and not as a child: a server that is busy with this workflow lets its own work on it wait, for seconds. */
  function spill(chunk: Chunk): void {
    spilling.add(chunk);
    // Decided once for each run: a history of an earlier release goes on as it began.
    byActivity ??= patched("projectors-start-by-activity");
    if (!byActivity) {
      spillToChild(chunk);
      return;
    }
    const id = `${registryId}/facts/${life}-${chunk.facts[0]?.n}`;
    const input: unknown = writtenJson(`{"id":${JSON.stringify(id)},"registry":${JSON.stringify(registryId)},"facts":${chunk.text}}`);
    void startProjector(input as Parameters<typeof startProjector>[0]).then(() => {
      spilling.delete(chunk);
      changed();
    });
  }

  function spillToChild(chunk: Chunk): void {
    const { facts } = chunk;
    void startChild<typeof factProjector>("factProjector", {
      args: [{ registry: registryId, facts }],
      workflowId: `${registryId}/facts/${facts[0]?.n ?? 0}`,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${facts.length} facts for the store`,
    }).then(
      () => {
        spilling.delete(chunk);
        changed();
      },
      () => {
        // A reset registry meets the projector of its former life: its facts may differ, so they go by the activity.
        spilling.delete(chunk);
        push(facts);
        changed();
      },
    );
  }

  return {
    push,
    pump,
    unacknowledged: () => [...inFlight, ...[...spilling].flatMap(({ facts }) => facts), ...waiting.map((one) => one.fact)],
    starting: () => (byActivity === true ? 0 : spilling.size),
    waitingBytes: () => waitingBytes + (byActivity === true ? spilling.size * LIMITS.activityBytes : 0),
  };
}

/** What goes out together. */
interface Chunk {
  readonly facts: readonly Fact[];
  readonly text: string;
  /** True if more waits behind it. */
  readonly full: boolean;
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
