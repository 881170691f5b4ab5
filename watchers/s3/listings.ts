import type { Bucket, ListPosition } from "./bucket.ts";
import type { FoundObject } from "./found-object.ts";

/** One page of a listing. */
export interface Listed {
  readonly objects: readonly FoundObject[];
  /** True for a listing of everything, which can be taken up again behind `next`. */
  readonly full: boolean;
  /** What comes next: absent at the end of the listing. */
  readonly next?: ListPosition;
}

export interface ListingPlan {
  /** Of everything. */
  readonly prefix: string;
  /** Prefixes in which news are expected, as they are at the moment: listed more often than everything. */
  readonly recent?: () => readonly string[];
  /** Milliseconds until the first listing of everything. */
  readonly fullIn: number;
  /** Milliseconds from the beginning of one listing of everything to the next. */
  readonly fullEvery: number;
  /** Milliseconds between two listings of what is recent. */
  readonly recentEvery: number;
  readonly versions: boolean;
  /** Where a listing of everything was cut off. */
  readonly resume?: ListPosition | undefined;
}

/** Runs one listing at a time. The next page is asked for while the one before is worked on. */
export interface Listings {
  /** Milliseconds until a listing is due; 0 while one runs. */
  due(): number;
  /** The next page of the listing that runs or is due. */
  next(): Promise<Listed>;
}

export function createListings(bucket: Bucket, plan: ListingPlan, signal: AbortSignal): Listings {
  let fullDue = performance.now() + plan.fullIn;
  let recentDue = performance.now();
  let resume = plan.resume;
  let running: { readonly full: boolean; readonly prefixes: string[]; page: Promise<Awaited<ReturnType<Bucket["list"]>>> } | undefined;

  function ask(prefix: string, after?: ListPosition): Promise<Awaited<ReturnType<Bucket["list"]>>> {
    const page = bucket.list(prefix, { after, versions: plan.versions, signal });
    // Asked for ahead: whoever takes it up hears of its failure.
    page.catch(() => undefined);
    return page;
  }

  function begin(): NonNullable<typeof running> {
    const now = performance.now();
    recentDue = now + plan.recentEvery;
    if (now >= fullDue || plan.recent === undefined) {
      fullDue = now + plan.fullEvery;
      const after = resume;
      resume = undefined;
      return { full: true, prefixes: [plan.prefix], page: ask(plan.prefix, after) };
    }
    const prefixes = [...plan.recent()];
    return { full: false, prefixes, page: ask(prefixes[0] ?? plan.prefix) };
  }

  return {
    due: () =>
      running === undefined ? Math.max(0, Math.min(fullDue, plan.recent === undefined ? Number.POSITIVE_INFINITY : recentDue) - performance.now()) : 0,
    next: async () => {
      running ??= begin();
      const { objects, next } = await running.page;
      const { full, prefixes } = running;
      if (next !== undefined) {
        running.page = ask(prefixes[0] ?? plan.prefix, next);
        return { objects, full, next };
      }
      prefixes.shift();
      const [following] = prefixes;
      if (following === undefined) running = undefined;
      else running.page = ask(following);
      return { objects, full, ...(following === undefined ? {} : { next: { key: following } }) };
    },
  };
}
