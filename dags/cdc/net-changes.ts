import type { Change } from "./assets.ts";

export interface NetChanges {
  /** The last state of each customer that is there in the end. */
  readonly upserts: readonly (NonNullable<Change["customer"]> & { readonly changed_at: string })[];
  /** Customers that are gone in the end. */
  readonly deletes: readonly string[];
  /** Everything that was there before is gone. */
  readonly truncated: boolean;
}

/**
 * What is left of changes in the order in which they were committed: one write for each customer, however often it changed. Applied
 * twice it gives the same, so a run may be repeated.
 */
export function netChanges(changes: readonly Change[]): NetChanges {
  const last = new Map<string, NetChanges["upserts"][number] | null>();
  let truncated = false;
  for (const { operation, customer, gone, at } of changes) {
    if (operation === "truncate") {
      truncated = true;
      last.clear();
    }
    if (gone !== null) last.set(gone, null);
    if (customer !== null) last.set(customer.customer_id, { ...customer, changed_at: at });
  }
  return {
    truncated,
    upserts: [...last.values()].filter((one) => one !== null),
    deletes: [...last].filter(([, one]) => one === null).map(([id]) => id),
  };
}
