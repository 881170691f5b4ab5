import { z } from "zod";

const saleLine = z.object({
  sale_id: z.string().min(1),
  customer_id: z.string().min(1).nullable().default(null),
  product_id: z.string().min(1).nullable().default(null),
  quantity: z.number().int(),
  unit_price: z.number(),
  sold_at: z.iso.datetime({ offset: true }),
});

/** A line of a sales file, and where it stood: from 1 on. */
export type SaleLine = z.infer<typeof saleLine> & { readonly line: number };

export interface SalesFile {
  readonly sales: readonly SaleLine[];
  /** Lines that are no sale. */
  readonly refused: number;
}

/** Reads a sales file line by line: a broken line costs itself only. */
export function readSalesFile(text: string): SalesFile {
  const lines = text.split("\n").map((text, index) => ({ text, line: index + 1 }));
  const read = lines.filter(({ text }) => text.trim() !== "").map(({ text, line }) => ({ line, sale: saleLine.safeParse(toJson(text)) }));
  const sales = read.flatMap(({ line, sale }) => (sale.success ? [{ line, ...sale.data }] : []));
  return { sales, refused: read.length - sales.length };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
