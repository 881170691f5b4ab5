import { messageOf } from "../../core/errors.ts";
import type { PoisonItem, SourceLog } from "../../core/source.ts";
import { rawText } from "../raw-text.ts";
import type { Queue, QueueMessage } from "../sqs/queue.ts";
import type { Bucket } from "./bucket.ts";
import type { FoundObject } from "./found-object.ts";
import { type Notified, readNotification } from "./notification.ts";

/** Objects that somebody was notified of, as they are now. */
export interface NotifiedObjects {
  readonly objects: readonly { readonly object: FoundObject /** ISO 8601: when it happened. */; readonly at: string }[];
  readonly poison: readonly PoisonItem[];
  /** Removes the messages from the queue. */
  ack(): Promise<void>;
}

export interface Notifications {
  /** The next objects; none after a poll that brought nothing. */
  next(): Promise<NotifiedObjects>;
}

export interface NotificationsOptions {
  readonly queue: Queue;
  readonly bucket: Bucket;
  /** Name of the bucket. */
  readonly name: string;
  /** True for keys that are looked at. */
  readonly concerns: (key: string) => boolean;
  readonly versions: boolean;
  readonly log: SourceLog;
  readonly signal: AbortSignal;
}

/** Objects that are looked at together. */
const TOGETHER = 20;

/**
 * A notification only says which key to look at: what is there now is what counts. So notifications that come late, doubled or in
 * another order do no harm, and a listing finds the same items with the same ids.
 */
export function createNotifications(options: NotificationsOptions): Notifications {
  const { queue, name, concerns, log, signal } = options;
  let saidOthers = false;

  return {
    next: async () => {
      const messages = await queue.receive(signal);
      const { told, poison } = readAll(messages);
      const ours = told.filter(({ bucket, key }) => bucket === name && concerns(key));
      if (!saidOthers && told.some(({ bucket }) => bucket !== name)) {
        saidOthers = true;
        log.warn(`the queue of notifications also tells of other buckets than ${name}; these are removed unread: give each watcher a queue of its own`);
      }
      return { objects: await lookAtAll(options, ours), poison, ack: () => queue.remove(messages) };
    },
  };
}

function readAll(messages: readonly QueueMessage[]): { readonly told: readonly Notified[]; readonly poison: readonly PoisonItem[] } {
  const told: Notified[] = [];
  const poison: PoisonItem[] = [];
  for (const { id, body } of messages) {
    try {
      told.push(...readNotification(body));
    } catch (error) {
      poison.push({ id, reason: `the message is no notification of a bucket: ${messageOf(error)}`, raw: rawText(body) });
    }
  }
  return { told, poison };
}

async function lookAtAll({ bucket, versions, signal }: NotificationsOptions, told: readonly Notified[]): Promise<NotifiedObjects["objects"]> {
  // Of a key, or of a version, the last word counts.
  const byItem = new Map(told.map((one) => [versions ? `${one.key}@${one.versionId ?? ""}` : one.key, one]));
  const wanted = [...byItem.values()];
  const objects: { readonly object: FoundObject; readonly at: string }[] = [];
  for (let start = 0; start < wanted.length; start += TOGETHER) {
    const part = wanted.slice(start, start + TOGETHER);
    const found = await Promise.all(part.map((one) => bucket.look(one.key, { versionId: versions ? one.versionId : undefined, signal })));
    for (const [k, one] of part.entries()) {
      const object = found[k] ?? (one.deleted ? toDeletion(one, versions) : undefined);
      if (object !== undefined) objects.push({ object, at: one.at });
    }
  }
  return objects;
}

function toDeletion({ key, at, versionId }: Notified, versions: boolean): FoundObject {
  const modifiedAt = new Date(Math.floor(Date.parse(at) / 1000) * 1000).toISOString().replace(".000", "");
  return { key, size: 0, etag: "", modifiedAt, storageClass: "STANDARD", deleted: true, ...(versions && versionId !== undefined ? { versionId } : {}) };
}
