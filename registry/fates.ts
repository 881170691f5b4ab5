import type { Fact } from "../core/fact.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type FateFact = Writable<Extract<Fact, { kind: "fate" }>>;

/** The fates that one consumer wrote in an instant, to be found again by event and key. A few are looked through; many have an index. */
export interface Fates {
  readonly facts: FateFact[];
  bySeq: Map<number, FateFact[]> | null;
}

const FEW = 8;
const NONE: readonly FateFact[] = [];

export function createFates(): Fates {
  return { facts: [], bySeq: null };
}

export function findFate({ facts, bySeq }: Fates, seq: number, key: string): FateFact | undefined {
  const some = bySeq === null ? facts : (bySeq.get(seq) ?? NONE);
  for (let index = 0; index < some.length; index++) {
    const fact = some[index];
    if (fact !== undefined && fact.seq === seq && fact.key === key) return fact;
  }
  return undefined;
}

export function addFate(fates: Fates, fact: FateFact): void {
  fates.facts.push(fact);
  if (fates.bySeq !== null) index(fates.bySeq, fact);
  else if (fates.facts.length > FEW) {
    fates.bySeq = new Map();
    for (const one of fates.facts) index(fates.bySeq, one);
  }
}

function index(bySeq: Map<number, FateFact[]>, fact: FateFact): void {
  const same = bySeq.get(fact.seq);
  if (same === undefined) bySeq.set(fact.seq, [fact]);
  else same.push(fact);
}

export function forgetFates(fates: Fates): void {
  // Popped, so that the list keeps its memory for the next instant.
  for (let left = fates.facts.length; left > 0; left--) fates.facts.pop();
  fates.bySeq = null;
}
