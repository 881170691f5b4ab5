import { HeadgateError } from "../../core/errors.ts";
import type { ReadContext } from "../../core/source.ts";
import type { FoundFile } from "./found-file.ts";

/** Where the files source stands. The versions of files are in the seen set; this says only how it began. */
export interface FilesCursor {
  /** ISO 8601. Files that were in place before this instant are taken as known when the stock is taken. */
  readonly after: string;
  /** `taking`: what was there at the beginning is still being listed. @default "taking" */
  readonly stock?: "taking" | "taken";
}

/** The first look at a folder: what was in place before is known, what comes while looking is new. */
export interface Stock {
  readonly taking: boolean;
  /** To be kept before anything is read: a second first look must not take what came meanwhile as known. */
  readonly firstCursor: FilesCursor | undefined;
  readonly lastCursor: FilesCursor;
  /** True if the file was there before. Goes by the change time of the inode, which `cp -p`, `mv` and `touch -d` cannot set back. */
  isKnown(file: FoundFile): boolean;
}

export function beginStock(context: Pick<ReadContext<FilesCursor>, "cursor" | "startAt">, now: number): Stock {
  const began = context.cursor ?? startOf(context.startAt, now);
  const after = Date.parse(began.after);
  if (Number.isNaN(after)) {
    throw new HeadgateError("E_CONFIG", `startAt of files() is "${began.after}", which is no instant`, {
      hint: 'write startAt: { after: "2026-11-23T00:00:00Z" }, "now" or "beginning"',
    });
  }
  const taking = began.stock !== "taken";
  return {
    taking,
    firstCursor: context.cursor === undefined ? began : undefined,
    lastCursor: { after: began.after, stock: "taken" },
    isKnown: (file) => taking && file.ctimeMs < after,
  };
}

function startOf(startAt: ReadContext<FilesCursor>["startAt"], now: number): FilesCursor {
  if (startAt === "beginning") return { after: new Date(0).toISOString(), stock: "taken" };
  if (startAt === "now") return { after: new Date(now).toISOString(), stock: "taking" };
  return { after: startAt.after, stock: "taking" };
}
