import { HeadgateError, messageOf } from "../core/errors.ts";
import { takeMarks } from "./marks.ts";
import type { Held } from "./order.ts";
import type { Consumer, Registry } from "./registry.ts";

/**
 * Does something to one consumer in its own guard. If it throws, the consumer is quarantined until it is registered anew or
 * resumed: its events wait, explain shows the reason, and the others go on.
 */
export function guarded(registry: Registry, consumer: Consumer, act: () => void): boolean {
  if (consumer.state.faulted !== null) return false;
  try {
    act();
    return true;
  } catch (error) {
    quarantine(registry, consumer, error);
    return false;
  }
}

export function quarantine(registry: Registry, consumer: Consumer, error: unknown): void {
  const why = messageOf(error);
  const code = HeadgateError.is(error) ? error.code : "E_CONSUMER_FAULTED";
  consumer.state.faulted = `${code}: ${why}`.slice(0, 2000);
  takeMarks(consumer.dirty);
  consumer.waiting.clear();
  consumer.readyAt.clear();
  registry.timers.clear(consumer.dag);
  registry.ledger.write("consumer", {
    dag: consumer.dag,
    project: consumer.state.project,
    paused: consumer.state.paused !== null,
    faulted: consumer.state.faulted,
  });
  registry.ledger.warn(
    "E_CONSUMER_FAULTED",
    `${consumer.dag} is quarantined: ${consumer.state.faulted}; its events wait until it is deployed anew or resumed`,
    consumer.dag,
  );
}

/** An event for a quarantined consumer waits as it is: nobody knows what its condition would have made of it. */
export function keepForLater(registry: Registry, consumer: Consumer, held: Held): void {
  registry.events.set(held.seq, held);
  held.refs += 1;
  consumer.state.backlog = [...(consumer.state.backlog ?? []), held.seq];
  registry.ledger.fate(consumer.dag, "", held.seq, "pending", "faulted");
}
