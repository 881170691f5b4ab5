/** One line of a landing file, as the shop exports it: nothing about it is sure. */
export interface ExportedCustomer {
  readonly customer_id?: unknown;
  readonly name?: unknown;
  readonly email?: unknown;
  readonly country?: unknown;
  readonly total_spend?: unknown;
  readonly updated_at?: unknown;
}

/** A customer after cleaning. Amounts are whole cents: sums of them are exact. */
export interface Customer {
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
  readonly country: string;
  readonly spendCents: number;
  /** ISO 8601 in UTC. */
  readonly updatedAt: string;
}

export type Cleaned =
  | { readonly ok: true; readonly customer: Customer }
  | { readonly ok: false; readonly reason: "not JSON" | "no id" | "bad email" | "bad amount" | "bad date" };

/** Cleans one line. What cannot be repaired without guessing is refused with the reason. */
export function cleanCustomer(line: string): Cleaned {
  let raw: ExportedCustomer;
  try {
    raw = JSON.parse(line) as ExportedCustomer;
  } catch {
    return { ok: false, reason: "not JSON" };
  }
  if (typeof raw !== "object" || raw === null) return { ok: false, reason: "not JSON" };
  const customerId = text(raw.customer_id);
  if (customerId === "") return { ok: false, reason: "no id" };
  const email = text(raw.email).toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return { ok: false, reason: "bad email" };
  const spendCents = cents(raw.total_spend);
  if (spendCents === undefined) return { ok: false, reason: "bad amount" };
  const updatedAt = new Date(text(raw.updated_at));
  if (Number.isNaN(updatedAt.getTime())) return { ok: false, reason: "bad date" };
  return {
    ok: true,
    customer: {
      customerId,
      email,
      spendCents,
      name: text(raw.name).replace(/\s+/g, " "),
      country: text(raw.country).toUpperCase() || "??",
      updatedAt: updatedAt.toISOString(),
    },
  };
}

/** A day of good customers, and how many lines were refused for which reason. */
export interface CleanedDay {
  readonly customers: readonly Customer[];
  readonly refused: ReadonlyMap<string, number>;
}

/** The newest version of each customer. Of equal dates the later line wins. */
export function cleanAll(lines: readonly string[]): CleanedDay {
  const newest = new Map<string, Customer>();
  const refused = new Map<string, number>();
  for (const line of lines) {
    const cleaned = cleanCustomer(line);
    if (!cleaned.ok) {
      refused.set(cleaned.reason, (refused.get(cleaned.reason) ?? 0) + 1);
      continue;
    }
    const known = newest.get(cleaned.customer.customerId);
    if (!known || cleaned.customer.updatedAt >= known.updatedAt) newest.set(cleaned.customer.customerId, cleaned.customer);
  }
  return { customers: [...newest.values()], refused };
}

export const SEGMENTS = ["low", "medium", "high", "premium"] as const;
export type Segment = (typeof SEGMENTS)[number];

/** From this spend on, in cents. */
const SEGMENT_FROM: { readonly [S in Segment]: number } = { low: 0, medium: 10_000, high: 100_000, premium: 1_000_000 };

export function segmentOf(spendCents: number): Segment {
  return [...SEGMENTS].reverse().find((segment) => spendCents >= SEGMENT_FROM[segment]) ?? "low";
}

export interface SegmentedCustomer {
  readonly customerId: string;
  readonly country: string;
  readonly segment: Segment;
  readonly spendCents: number;
}

export function toSegmented({ customerId, country, spendCents }: Customer): SegmentedCustomer {
  return { customerId, country, spendCents, segment: segmentOf(spendCents) };
}

/** What gold says of a segment. */
export interface SegmentTotal {
  readonly segment: Segment;
  readonly customers: number;
  readonly spendCents: number;
  /** Rounded to the cent. */
  readonly averageCents: number;
}

/** Customers and spend by segment, for the segments that have any. */
export function totalBySegment(customers: readonly SegmentedCustomer[]): readonly SegmentTotal[] {
  return SEGMENTS.flatMap((segment) => {
    const spends = customers.filter((one) => one.segment === segment).map((one) => one.spendCents);
    const spendCents = spends.reduce((sum, cents) => sum + cents, 0);
    return spends.length === 0 ? [] : [{ segment, customers: spends.length, spendCents, averageCents: Math.round(spendCents / spends.length) }];
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
}

/** `"1,234.50"`, `"$12"`, `12.5`: as cents. Negative amounts are refused: a spend cannot be one. */
function cents(value: unknown): number | undefined {
  const plain = text(value)
    .replace(/^[$€£]\s*/, "")
    .replaceAll(",", "");
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return undefined;
  const [whole = "0", fraction = ""] = plain.split(".");
  const amount = Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
  return Number.isSafeInteger(amount) ? amount : undefined;
}
