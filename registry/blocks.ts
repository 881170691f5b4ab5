import { formatInstant } from "../core/time/time.ts";
import { hasSlot, isRunByWork, keyIsFree } from "./policies/concurrency.ts";
import { throttledUntil } from "./policies/throttle.ts";
import { whatIsRead } from "./read-back.ts";
import type { Consumer, Registry } from "./registry.ts";

/** Why a group that is due does not start. */
export interface Block {
  readonly by: "held" | "paused" | "store" | "faulted" | "debounce" | "batch" | "concurrency" | "throttle" | "repair" | "backfill";
  /** Until when, where that is known. */
  readonly until: string | null;
  readonly text: string;
}

/** Everything that holds a due group back now, in the order in which it would be looked at. */
export function blocksOf(registry: Registry, consumer: Consumer, id: string, now: number): Block[] {
  const blocks: Block[] = [];
  const { state, policy } = consumer;
  const { hold } = registry.state;
  const by = (who: string | null): string => (who === null || who === "" ? "" : ` by ${who}`);
  if (hold !== null) blocks.push({ by: "held", until: null, text: `the whole registry is held since ${formatInstant(hold.since)}${by(hold.by)}` });
  if (state.faulted !== null) blocks.push({ by: "faulted", until: null, text: `quarantined: ${state.faulted}` });
  if (state.paused !== null) blocks.push({ by: "paused", until: null, text: `paused since ${formatInstant(state.paused.since)}${by(state.paused.by)}` });
  if (state.wants !== undefined) {
    const since = formatInstant(state.wants.since);
    blocks.push({
      by: "store",
      until: null,
      text: `waits for the recorded events since ${since}, which a deploy hands over: \`headgate deploy\` goes on with it`,
    });
  }
  const read = whatIsRead(registry, consumer, id);
  if (read !== null) blocks.push({ by: "store", until: null, text: `waiting: store: ${read}` });
  const ready = consumer.readyAt.get(id);
  if (ready !== undefined && ready.at > now)
    blocks.push({ by: ready.by, until: formatInstant(ready.at), text: `${ready.by} until ${formatInstant(ready.at)}` });
  const key = state.groups[id]?.key ?? "";
  if (!hasSlot(consumer)) blocks.push({ by: "concurrency", until: null, text: `${consumer.running} of ${policy.concurrency.total} runs are running` });
  if (!keyIsFree(consumer, key)) {
    const running = Object.entries(state.running).flatMap(([run, one]) => (one.key === key ? [run] : []));
    blocks.push({
      by: "concurrency",
      until: null,
      text: `${key === "" ? "" : `for ${key} `}${running.slice(0, 3).join(", ")} ${running.length === 1 ? "is" : "are"} running, and ${policy.concurrency.perKey} may`,
    });
  }
  const repair = consumer.awaited.get(key);
  if (repair !== undefined) blocks.push({ by: "repair", until: null, text: `${key === "" ? "" : `${key} `}waits for its turn in ${repair}` });
  const { partition = null } = state.groups[id] ?? {};
  if (isRunByWork(consumer, partition)) blocks.push({ by: "backfill", until: null, text: `a backfill runs ${partition ?? ""}` });
  const throttled = throttledUntil(policy.throttle, state);
  if (throttled > now) blocks.push({ by: "throttle", until: formatInstant(throttled), text: `throttled until ${formatInstant(throttled)}` });
  return blocks;
}
