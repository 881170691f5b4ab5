/** A sample file and what is truly in it: the truth comes from the generator, never from what the pipeline read. */
export interface SampleFile {
  /** Below the landing folder: `2026-11-23/shop-0007.jsonl`. */
  readonly path: string;
  readonly ds: string;
  readonly lines: readonly string[];
  readonly truth: readonly TrueCustomer[];
  /** Lines that must be refused. */
  readonly broken: number;
}

export interface TrueCustomer {
  readonly id: string;
  readonly spendCents: number;
}

/** What the gold table must hold, by day and segment. */
export interface ExpectedGold {
  readonly ds: string;
  readonly segment: string;
  readonly customers: number;
  readonly spendCents: number;
}

const COUNTRIES = ["de", "FR", " us", "gb", "JP "];
const CUSTOMERS_PER_FILE = 12;

/** Makes the n-th sample file: always the same for the same n and day. Some lines are broken, some spelled oddly. */
export function makeSampleFile(n: number, ds: string): SampleFile {
  const random = randomFrom(n * 7919 + 17);
  const lines: string[] = [];
  const truth: TrueCustomer[] = [];
  let broken = 0;
  for (let i = 0; i < CUSTOMERS_PER_FILE; i += 1) {
    const id = `c-${n}-${i}`;
    const spendCents = Math.floor(10 ** (2 + random() * 5));
    const amount = (spendCents / 100).toFixed(2);
    const line = {
      customer_id: id,
      name: `  Customer   ${n} ${i}`,
      email: `Customer.${n}.${i}@Example.COM `,
      country: COUNTRIES[Math.floor(random() * COUNTRIES.length)],
      total_spend: random() < 0.3 ? `$${amount}` : Number(amount),
      updated_at: `${ds}T12:00:00Z`,
    };
    const fate = random();
    if (fate < 0.08) {
      lines.push(JSON.stringify({ ...line, email: "none" }));
      broken += 1;
    } else if (fate < 0.12) {
      lines.push(`${JSON.stringify(line).slice(0, 40)}`);
      broken += 1;
    } else {
      // An older version of the same customer must lose against the newer one.
      if (fate > 0.9) lines.push(JSON.stringify({ ...line, total_spend: 1, updated_at: `${ds}T01:00:00Z` }));
      lines.push(JSON.stringify(line));
      truth.push({ id, spendCents });
    }
  }
  return { path: `${ds}/shop-${String(n).padStart(4, "0")}.jsonl`, ds, lines, truth, broken };
}

/** The rows that the gold table must hold for these files, from the generator's truth alone. */
export function expectedGold(files: readonly SampleFile[]): readonly ExpectedGold[] {
  const rows = new Map<string, { ds: string; segment: string; customers: number; spendCents: number }>();
  for (const file of files) {
    for (const { spendCents } of file.truth) {
      const segment = spendCents >= 1_000_000 ? "premium" : spendCents >= 100_000 ? "high" : spendCents >= 10_000 ? "medium" : "low";
      const key = `${file.ds} ${segment}`;
      const row = rows.get(key) ?? { ds: file.ds, segment, customers: 0, spendCents: 0 };
      row.customers += 1;
      row.spendCents += spendCents;
      rows.set(key, row);
    }
  }
  return [...rows.values()].sort((a, b) => (a.ds + a.segment < b.ds + b.segment ? -1 : 1));
}

/** A small seeded generator: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
