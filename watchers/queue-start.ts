import { HeadgateError } from "../core/errors.ts";
import type { ReadContext } from "../core/source.ts";

/** Where a queue's reader began: the queue itself knows what is left in it. */
export interface QueueCursor {
  /** ISO 8601. Messages that were sent before this instant are taken as known. */
  readonly after: string;
}

export interface QueueStart {
  readonly cursor: QueueCursor;
  isKnown(sentAt: number): boolean;
  /** What a person must hear of messages that are removed unpublished. */
  readonly line?: string;
}

/**
 * "Now" takes what waits as known: it is removed and not published, however late it arrives. Throws `E_CONFIG` for a `startAt` that
 * is no instant.
 */
export function beginQueue(context: Pick<ReadContext<QueueCursor>, "cursor" | "startAt">, now: number, name: string, waiting?: number): QueueStart {
  const { startAt } = context;
  const from = startAt === "now" ? new Date(now).toISOString() : startAt === "beginning" ? new Date(0).toISOString() : startAt.after;
  const cursor = context.cursor ?? { after: from };
  const after = Date.parse(cursor.after);
  if (Number.isNaN(after)) {
    throw new HeadgateError("E_CONFIG", `startAt is "${cursor.after}", which is no instant`, {
      hint: 'write startAt: { after: "2026-11-23T00:00:00Z" }, "now" or "beginning"',
    });
  }
  const skips = context.cursor === undefined && after > 0;
  const many = waiting === undefined ? "" : `, about ${waiting.toLocaleString("en")} of them`;
  const line = `messages sent to ${name} before ${cursor.after} are taken as known and removed${many}; startAt: "beginning" publishes them`;
  return { cursor, isKnown: (sentAt) => sentAt < after, ...(skips ? { line } : {}) };
}
