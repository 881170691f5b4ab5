/** A part of the SDK's inside: each workflow has its own. */
interface Activator {
  readonly randomnessSeed?: readonly number[];
}

/**
 * How often this workflow was reset, as far as it has come. A reset draws new random numbers for a workflow, at the same place in
 * every replay; the SDK keeps that to itself and tells a workflow in no other way. Resets in a row count once.
 */
export function countResets(): number {
  const seed = seedNow();
  if (seed !== seen) {
    seen = seed;
    resets += 1;
  }
  return resets;
}

function seedNow(): string {
  return String((globalThis as { readonly __TEMPORAL_ACTIVATOR__?: Activator }).__TEMPORAL_ACTIVATOR__?.randomnessSeed);
}

let resets = 0;
// Every workflow loads this module before a reset to its very first task counts.
let seen = seedNow();
