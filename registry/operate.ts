import type { AssetEvent } from "../core/event.ts";
import { sizeOfEvent } from "./accept.ts";
import { keepForLater } from "./faults.ts";
import { offer } from "./gather.ts";
import { type Held, orderTime } from "./order.ts";
import { letGo, poolsOf } from "./pool.ts";
import type { Consumer, Registry } from "./registry.ts";
import { touch } from "./touch.ts";

/** Gives recorded events to one consumer, as if they were new to it. Those that it has pending are left as they are. */
export function redeliver(registry: Registry, consumer: Consumer, events: readonly AssetEvent[], now: number): void {
  for (const event of events) {
    const held: Held = registry.events.get(event.seq) ?? { event, seq: event.seq, time: orderTime(event), at: event.at, bytes: sizeOfEvent(event), refs: 0 };
    const mine = registry.subscriptions.of(event.asset, event.groups).find((one) => one.consumer === consumer);
    if (mine === undefined) continue;
    if (consumer.state.faulted !== null) keepForLater(registry, consumer, held);
    else offer(registry, consumer, mine.leaves, held, now);
  }
}

/** Lets go of what is pending, in all keys or in one. */
export function clearPending(registry: Registry, consumer: Consumer, key: string | undefined): void {
  for (const pool of poolsOf(consumer)) {
    if (key !== undefined && pool.key !== key) continue;
    letGo(registry, consumer, pool, null, () => true, { fate: "dropped", why: "cleared" });
    touch(consumer, pool.id);
  }
}
