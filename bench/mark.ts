/** The first line of task code on both sides: tells the bench when it ran. Milliseconds since 1970, with fractions. */
export function mark(id: string): void {
  process.send?.({ kind: "mark", id, at: performance.timeOrigin + performance.now() } satisfies Mark);
}

export interface Mark {
  readonly kind: "mark";
  readonly id: string;
  readonly at: number;
}
