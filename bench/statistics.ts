/** The value below which this share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** One line of the table: ours, the bare SDK, what is asked, and whether it is met. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly bare?: number;
  /** What is compared with the target: ours, or a ratio of the two. */
  readonly value: number;
  /** Without one it is shown beside the others. */
  readonly target?: { readonly kind: "at most" | "at least"; readonly value: number };
}

export function isMet({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return target.kind === "at most" ? value <= target.value : value >= target.value;
}

/** A figure that must not exceed a bound. */
export function atMost(name: string, unit: string, ours: number, value: number): Figure {
  return { name, unit, ours, value: ours, target: { kind: "at most", value } };
}

/** A figure that must reach a bound. */
export function atLeast(name: string, unit: string, ours: number, value: number): Figure {
  return { name, unit, ours, value: ours, target: { kind: "at least", value } };
}
