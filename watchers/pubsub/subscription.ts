import type { Message } from "@google-cloud/pubsub";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { SourceLog } from "../../core/source.ts";
import { closeWithin } from "../close-within.ts";
import { createInbox } from "../inbox.ts";
import { loadPackage } from "../optional-package.ts";
import type { PubSubAccess } from "./connection.ts";

/** Messages of a subscription as they are delivered, over one stream. They are leased until they are settled, however long that takes. */
export interface SubscriptionReader {
  /** The next messages in their order, at most `most`; none if none came in time. Rejects when the subscription cannot be read. */
  next(most: number, ms: number, signal: AbortSignal): Promise<readonly Message[]>;
  /** Acknowledges. Never throws: what could not be acknowledged comes again, and is known by its id. */
  settle(messages: readonly Message[], signal: AbortSignal): Promise<void>;
  /** Gives back what was not settled. */
  close(): Promise<void>;
}

export interface SubscriptionOptions {
  readonly access: PubSubAccess;
  /** A name, or `projects/<project>/subscriptions/<name>`. */
  readonly subscription: string;
  /** Name of it for messages. */
  readonly source: string;
  readonly prefetch: number;
  /** Milliseconds that messages are held at a time. */
  readonly lease: number;
  readonly log: SourceLog;
}

/** Milliseconds that closing may take. */
const CLOSE = 3_000;
/** Milliseconds between the end of the stream and giving back. */
const PAUSE = 150;
/** Milliseconds that the client keeps of its time for giving back. */
const GIVE_BACK = 1_000;
/** Milliseconds that the answer to an acknowledgement is waited for. */
const ANSWER = 10_000;
/** The stream is opened again by the client when it ends, which the service does now and then; so often in such a time means trouble. */
const LOST = { times: 5, within: 60_000 };
/** The fewest deliveries after which a dead-letter policy may take a message away. */
const MANY_DELIVERIES = 5;

/** Asks for the subscription and takes nothing from it: how much waits is known to its metrics only. Throws `E_SOURCE`, `E_PACKAGE_MISSING`. */
export async function checkSubscription({ access, subscription, source }: Pick<SubscriptionOptions, "access" | "subscription" | "source">): Promise<void> {
  const { PubSub } = await loadPackage("pubsub()", "@google-cloud/pubsub", () => import("@google-cloud/pubsub"));
  const client = new PubSub({ ...access });
  try {
    await client.subscription(subscription).getMetadata({ timeout: ANSWER });
  } catch (error) {
    throw toSourceError(error, subscription, source);
  } finally {
    await closeWithin(CLOSE, client.close());
  }
}

/** Throws `E_PACKAGE_MISSING`; what else fails makes `next` reject with `E_SOURCE`. */
export async function openSubscription({ access, subscription, source, prefetch, lease, log }: SubscriptionOptions): Promise<SubscriptionReader> {
  const { Duration, PubSub } = await loadPackage("pubsub()", "@google-cloud/pubsub", () => import("@google-cloud/pubsub"));
  const client = new PubSub({ ...access });
  const held = Duration.from({ milliseconds: lease });
  const open = client.subscription(subscription, {
    // Excess messages are taken as they come (the default): the client may forget one that it holds back behind a large one.
    flowControl: { maxMessages: prefetch },
    // One stream, so that the order of a key is the order of arrival.
    streamingOptions: { maxStreams: 1 },
    minAckDeadline: held,
    maxAckDeadline: held,
    // What is given back before the stream has ended may go to that stream once more, and is then with nobody until its lease is over.
    closeOptions: { behavior: "WAIT", timeout: Duration.from({ milliseconds: PAUSE + GIVE_BACK }) },
    batching: { maxMilliseconds: 10 },
  });
  const inbox = createInbox<Message>((error) => toSourceError(error, subscription, source));
  const losses: number[] = [];
  let warned = false;

  open.on("message", (message) => {
    if (message.deliveryAttempt >= MANY_DELIVERIES && !warned) {
      warned = true;
      log.warn(`a message of ${source} was delivered ${message.deliveryAttempt} times; its dead-letter policy takes away what was delivered too often`);
    }
    inbox.put(message);
  });
  open.on("error", inbox.breakOff);
  open.on("close", () => inbox.breakOff(new Error("the stream was closed")));
  open.on("debug", ({ error }) => {
    if (!LOSSES.has(codeOf(error))) return;
    const now = performance.now();
    losses.push(now);
    while (losses.length > 0 && now - (losses[0] ?? now) > LOST.within) losses.shift();
    if (losses.length >= LOST.times) inbox.breakOff(error);
  });

  return {
    next: inbox.next,
    settle: async (messages, signal) => {
      if (inbox.isBroken()) return;
      // Answered at once, unless the subscription is one of exactly-once delivery.
      const answers = Promise.allSettled(messages.map((message) => message.ackWithResponse()));
      const settled = await Promise.race([answers, over(signal, ANSWER)]);
      const refused = settled?.filter((answer) => answer.status === "rejected") ?? [];
      if (refused.length > 0) {
        const why = messageOf(refused[0]?.reason);
        log.warn(`${refused.length} messages of ${source} were acknowledged too late: ${why}; they come again, and count once`);
      }
    },
    close: async () => {
      open.removeAllListeners("debug");
      await closeWithin(CLOSE, open.close());
      await closeWithin(CLOSE, client.close());
    },
  };
}

async function over(signal: AbortSignal, ms: number): Promise<undefined> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
    end.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Codes of gRPC. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;
/** No server, or one that refuses for now: exhausted, aborted, internal, unavailable. The client tries again without a word. */
const LOSSES: ReadonlySet<number | undefined> = new Set([8, 10, 13, 14]);

function toSourceError(error: unknown, subscription: string, source: string): HeadgateError {
  const code = codeOf(error);
  if (code === NOT_FOUND) {
    return new HeadgateError("E_SOURCE", `there is no subscription "${subscription}"`, {
      cause: error,
      hint: "create it, or correct its name or the project of the connection; a watcher makes none, since it cannot know how it should be",
    });
  }
  const hint = code === PERMISSION_DENIED || code === UNAUTHENTICATED ? { hint: "give the account the role roles/pubsub.subscriber on the subscription" } : {};
  return new HeadgateError("E_SOURCE", `${source} cannot be read: ${messageOf(error)}`, { cause: error, ...hint });
}

function codeOf(error: unknown): number | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "number" ? code : undefined;
}
