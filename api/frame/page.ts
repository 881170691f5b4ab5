import { createHash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HeadgateError } from "../../core/errors.ts";

const MOST = 200;

/** How a list is turned over: part of the query of each. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MOST).default(50).openapi({ description: "Most items of a page." }),
  cursor: z.string().max(4_000).optional().openapi({ description: "`next` of the page before, with the same filters." }),
} as const;

/** One page: its items, and the cursor of the next one if there are more. */
export function pageOf<Item extends z.ZodType>(item: Item, name: string) {
  return z
    .object({
      items: z.array(item),
      next: z.string().nullable().openapi({ description: "Give it as `cursor` for the next page; null on the last." }),
    })
    .openapi(name);
}

export interface PageRequest<Key> {
  /** How many rows to read: one more than are shown, so that the last page is known as such. */
  readonly rows: number;
  /** The key of the last item of the page before. */
  readonly after: Key | undefined;
  /** The answer: as many of the rows as a page has, each shown as `show` says. */
  page<Row, Item>(rows: readonly Row[], keyOf: (row: Row) => Key, show: (row: Row) => Item): { items: Item[]; next: string | null };
}

/**
 * Reads which page is asked for. A cursor holds the key of the last row that was shown, never a count of rows, so what is written
 * meanwhile neither repeats nor hides one. It fits the list and the filters that it was given for only. Throws `E_API_CURSOR`.
 */
export function readPage<Key extends readonly (string | number | null)[]>(
  c: Context,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  key: z.ZodType<Key>,
): PageRequest<Key> {
  const list = listOf(c.req.url);
  return {
    rows: limit + 1,
    after: cursor === undefined ? undefined : decodeCursor(list, key, cursor),
    page: (rows, keyOf, show) => {
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return { items: shown.map(show), next: rows.length > limit && last !== undefined ? encodeCursor(list, keyOf(last)) : null };
    },
  };
}

/** The path and the filters: what a cursor belongs to. */
function listOf(url: string): string {
  const { pathname, searchParams } = new URL(url);
  const filters = [...searchParams].filter(([name]) => name !== "cursor" && name !== "limit").map(([name, value]) => `${name}=${value}`);
  return [pathname, ...filters.sort()].join("\n");
}

function encodeCursor(list: string, key: readonly (string | number | null)[]): string {
  const text = JSON.stringify(key);
  return Buffer.from(`${checkOf(list, text)}${text}`).toString("base64url");
}

function decodeCursor<Key>(list: string, schema: z.ZodType<Key>, cursor: string): Key {
  const decoded = Buffer.from(cursor, "base64url").toString();
  const text = decoded.slice(CHECK);
  const key = schema.safeParse(checkOf(list, text) === decoded.slice(0, CHECK) ? parsed(text) : undefined);
  if (key.success) return key.data;
  throw new HeadgateError("E_API_CURSOR", "the cursor is not one that this list gave with these filters", {
    where: "query cursor",
    hint: "give `next` of the page before and the same filters, or begin again without a cursor",
  });
}

/** Anybody can compute the check, so what it covers need not be JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Characters of the check. It finds mistakes; it keeps no secret, since a key shows only what the list shows anyway. */
const CHECK = 12;

function checkOf(list: string, text: string): string {
  return createHash("sha256").update(`${list}\n${text}`).digest("base64url").slice(0, CHECK);
}
