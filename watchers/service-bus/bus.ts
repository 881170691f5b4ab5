import type { ProcessErrorArgs, ServiceBusClient, ServiceBusReceivedMessage } from "@azure/service-bus";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import type { SourceLog } from "../../core/source.ts";
import type { Inbox } from "../inbox.ts";

/** A message that is locked for us, with the way to settle it. */
export interface LockedMessage {
  readonly message: ServiceBusReceivedMessage;
  complete(): Promise<void>;
  /** To the entity's own dead letters. */
  deadLetter(description: string): Promise<void>;
}

/** Delivers into the inbox until it is closed. */
export interface BusReader {
  /** Gives back what was not settled. */
  close(): Promise<void>;
}

/** The queue or subscription that is read. */
export interface BusEntity {
  /** `orders`, or `sales/subscriptions/headgate`. */
  readonly path: string;
  /** Name of it for messages. */
  readonly source: string;
  readonly prefetch: number;
}

export interface ReaderDeps {
  readonly client: ServiceBusClient;
  readonly inbox: Inbox<LockedMessage>;
  readonly log: SourceLog;
}

/** Why a message is among the dead letters of its entity. */
export const DEAD_LETTER_REASON = "unreadable";

/** Topic and subscription of a path, or its queue. */
export function partsOf(path: string): readonly [string] | readonly [string, string] {
  const [, topic, subscription] = /^(.+)\/subscriptions\/([^/]+)$/i.exec(path) ?? [];
  return topic === undefined || subscription === undefined ? [path] : [topic, subscription];
}

/** What the SDK reports beside messages: it goes on by itself, but the watcher must say that it does not read. */
export function onProcessError({ inbox, log }: ReaderDeps, source: string): (args: ProcessErrorArgs) => Promise<void> {
  return async ({ error, errorSource }) => {
    if (errorSource === "receive") inbox.breakOff(error);
    else log.warn(`${source}: ${messageOf(error)}`);
  };
}

export function toSourceError(error: unknown, { path, source }: BusEntity): HeadgateError {
  const code = codeOf(error);
  if (code === "MessagingEntityNotFound") {
    return new HeadgateError("E_SOURCE", `there is no queue or subscription "${path}"`, {
      cause: error,
      hint: "create it, or correct its name or the namespace of the connection; a watcher makes none, since it cannot know how it should be",
    });
  }
  const sessions = /session/i.test(messageOf(error)) && code !== "SessionLockLost";
  const hint = sessions
    ? { hint: "an entity that requires sessions is read with sessions: true, another one without" }
    : code === "UnauthorizedAccess"
      ? { hint: "give the policy of the connection the right to listen" }
      : {};
  return new HeadgateError("E_SOURCE", `${source} cannot be read: ${messageOf(error)}`, { cause: error, ...hint });
}

export function codeOf(error: unknown): string | undefined {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}
