import { HeadgateError } from "../../core/errors.ts";
import type { ReadContext } from "../../core/source.ts";
import type { ListPosition } from "./bucket.ts";
import type { FoundObject } from "./found-object.ts";

/** Where the S3 source stands. What is known of the objects is in the seen set; this says how it began, and how far a listing is. */
export interface S3Cursor {
  /** ISO 8601. Objects that were written before this instant are taken as known when the stock is taken. */
  readonly after: string;
  /** `taking`: what was there at the beginning is still being listed. @default "taking" */
  readonly stock?: "taking" | "taken";
  /** How far the listing of everything is, if one was cut off. */
  readonly listed?: ListPosition;
  /** ISO 8601. When everything was listed last, where that is done rarely. */
  readonly fullAt?: string;
}

/** The first look at a place: what was there before is known, what comes while looking is new. */
export interface Stock {
  readonly taking: boolean;
  /** In milliseconds: what was written before is known. */
  readonly after: number;
  isKnown(object: FoundObject): boolean;
}

/** `LastModified` is in whole seconds, and servers stamp their answers with a clock that they look at once a second. */
const COARSE = 2_000;

/**
 * Where to begin. "Now" ends with the second that the server's clock shows, and what such a clock may be behind: an object that
 * is written meanwhile and found by the first look counts as there before. Throws `E_CONFIG` for a `startAt` that is no instant.
 */
export function beginning(context: Pick<ReadContext<S3Cursor>, "cursor" | "startAt">, serverNow: number): S3Cursor {
  if (context.cursor !== undefined) return context.cursor;
  const { startAt } = context;
  if (startAt === "beginning") return { after: new Date(0).toISOString(), stock: "taken" };
  if (startAt === "now") return { after: new Date(Math.floor(serverNow / 1000) * 1000 + COARSE).toISOString(), stock: "taking" };
  if (Number.isNaN(Date.parse(startAt.after))) {
    throw new HeadgateError("E_CONFIG", `startAt of s3() is "${startAt.after}", which is no instant`, {
      hint: 'write startAt: { after: "2026-11-23T00:00:00Z" }, "now" or "beginning"',
    });
  }
  return { after: startAt.after, stock: "taking" };
}

export function stockOf(cursor: S3Cursor): Stock {
  const taking = cursor.stock !== "taken";
  const after = Date.parse(cursor.after);
  return { taking, after, isKnown: (object) => taking && Date.parse(object.modifiedAt) < after };
}
