import type { Consumer } from "./registry.ts";

/**
 * Consumers that something happened to in an instant, each once, in the order in which it first did. They stand in a list and bear a
 * mark: filling and emptying a `Set` in every instant costs a tenth of all that is done with them.
 */
export interface Touched {
  /** Grows while it is walked over: who is touched then is met then. */
  readonly list: readonly Consumer[];
  add(consumer: Consumer): void;
  delete(consumer: Consumer): void;
  clear(): void;
}

export function createTouched(): Touched {
  const list: Consumer[] = [];
  return {
    list,
    add: (consumer) => {
      if (consumer.isTouched) return;
      consumer.isTouched = true;
      list.push(consumer);
    },
    delete: (consumer) => {
      if (!consumer.isTouched) return;
      consumer.isTouched = false;
      list.splice(list.indexOf(consumer), 1);
    },
    clear: () => {
      // Popped, so that the list keeps its memory for the next instant.
      for (let last = list.pop(); last !== undefined; last = list.pop()) last.isTouched = false;
    },
  };
}
