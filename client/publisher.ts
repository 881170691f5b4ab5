import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import { refuseDeepEvent } from "../core/json-depth.ts";
import { LIMITS } from "../core/limits.ts";
import { SIGNALS, type SignalName, type WatcherBatch } from "../core/registry-protocol.ts";
import type { RunEnded, RunStarted } from "../core/run.ts";
import { batchText } from "../core/written-events.ts";
import { createLane, type Lane, type SendSignal } from "./lane.ts";
import { activeTraceparent, stamped } from "./tracing/traceparent.ts";

/** The one way of a process to the registry. Each promise settles when Temporal has accepted what was handed over. */
export interface Publisher {
  /**
   * Publishes events; a bad one fails its sender only. Throws `E_EVENT`, `E_EVENT_SIZE`, `E_EVENT_DATA`,
   * `E_REGISTRY_CLOSED`, `E_REGISTRY_UNREACHABLE`.
   */
  publish(events: readonly EventInput[]): Promise<void>;
  runStarted(started: RunStarted): Promise<void>;
  runEnded(ended: RunEnded): Promise<void>;
  watcherBatch(batch: WatcherBatch): Promise<void>;
  /** Waits until everything handed over is accepted or given up. */
  close(): Promise<void>;
}

export interface PublisherOptions {
  readonly send: SendSignal;
  /**
   * Checks data against the asset's schema where this process has it, and says why an event is to be put aside; throws `E_EVENT_DATA`. Without
   * it the registry lets a worker check.
   */
  readonly check?: (event: EventInput) => Promise<string | undefined>;
  /** How long an unreachable or missing registry is tried, in milliseconds. @default Infinity */
  readonly giveUpAfter?: number;
}

/**
 * Makes the publisher that all senders of a process share: it sends at once when idle, gathers while a signal is in flight,
 * and closes a batch at 200 events or 512 KiB.
 *
 * @example
 * const publisher = createPublisher({ send: signalSender(client, "asset-registry") });
 * await publisher.publish([{ asset: "s3://lake/raw/orders", id: "batch-17" }]);
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const { check, send, giveUpAfter = Number.POSITIVE_INFINITY } = options;
  const lanes = new Map<SignalName, Lane>();

  function lane(signal: SignalName): Lane {
    const known = lanes.get(signal);
    if (known) return known;
    const made = createLane({
      ...{ signal, giveUpAfter, send },
      ...(signal === SIGNALS.assetUpdated && check ? { extra: { checked: true } } : {}),
      ...(signal === SIGNALS.runEnded ? { gather: gatherEnds } : {}),
    });
    lanes.set(signal, made);
    return made;
  }

  async function publish(given: readonly EventInput[]): Promise<void> {
    const events = stamped(given, activeTraceparent());
    const written = events.map((event) => ({ ...writeEvent(event), count: 1 }));
    if (check !== undefined)
      for (const [index, event] of events.entries()) {
        const quarantine = await check(event);
        if (quarantine !== undefined) written[index] = { ...writeEvent({ ...event, quarantine }), count: 1 };
      }
    await Promise.all(written.map((one) => lane(SIGNALS.assetUpdated).add(one)));
  }

  return {
    publish,
    runStarted: (started) => lane(SIGNALS.runStarted).add({ ...write(started), count: 1 }),
    runEnded: (ended) => lane(SIGNALS.runEnded).add({ ...write(ended), count: 1 + ended.outlets.length }),
    watcherBatch: (batch) => lane(SIGNALS.watcherBatch).add({ ...measured(batchText(batch)), count: batch.events.length }),
    close: async () => {
      await Promise.all([...lanes.values()].map((one) => one.idle()));
    },
  };
}

/**
 * Each signal costs the registry a workflow task. Nobody waits for the end of a run as for an event, and where a signal takes long, everything is
 * busy: then the ends of many runs go together. One after the other, each goes at once.
 */
const gatherEnds = (took: number): number => Math.min(100, 3 * took);

/** The size of an event in bytes of JSON. Throws `E_EVENT` if it is none, `E_EVENT_SIZE` if it is too large. */
export function measureEvent(event: EventInput): number {
  return writeEvent(event).bytes;
}

/** JSON with its size in bytes. */
interface Written {
  readonly text: string;
  readonly bytes: number;
}

function writeEvent(event: EventInput): Written {
  if (typeof event !== "object" || event === null || typeof event.asset !== "string" || event.asset === "") {
    throw new HeadgateError("E_EVENT", `an event needs an asset, got ${JSON.stringify(event)?.slice(0, 200)}`, {
      hint: 'hand over at least { "asset": "s3://bucket/path" }',
    });
  }
  refuseDeepEvent(event);
  const written = write(event);
  if (written.bytes > LIMITS.eventBytes) {
    throw new HeadgateError("E_EVENT_SIZE", `an event of "${event.asset}" has ${written.bytes} bytes, at most ${LIMITS.eventBytes} are taken`, {
      hint: "write the data to a file or table and publish where it is",
    });
  }
  return written;
}

/** What is sent is what was measured: it is written once. */
function write(item: unknown): Written {
  return measured(JSON.stringify(item));
}

function measured(text: string): Written {
  // Most JSON is ASCII: count bytes exactly only where the length alone does not decide.
  return { text, bytes: text.length * 3 < LIMITS.eventBytes ? text.length : Buffer.byteLength(text) };
}
