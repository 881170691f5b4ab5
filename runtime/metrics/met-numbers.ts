/** Numbers that were met, as ranges: mostly one, as they come nearly in order. */
export interface MetNumbers {
  /** True the first time that it is given a number. */
  meet(n: number): boolean;
}

export function createMetNumbers(): MetNumbers {
  /** Ascending, apart from one another. Both ends are in. */
  const ranges: { from: number; to: number }[] = [];
  return {
    meet(n) {
      // What is new is nearly always right behind the last one.
      let at = ranges.length - 1;
      while (at >= 0 && (ranges[at]?.from ?? 0) > n) at -= 1;
      const before = ranges[at];
      if (before !== undefined && n <= before.to) return false;
      const after = ranges[at + 1];
      const joinsBefore = before !== undefined && before.to === n - 1;
      const joinsAfter = after !== undefined && after.from === n + 1;
      if (joinsBefore && joinsAfter) {
        before.to = after.to;
        ranges.splice(at + 1, 1);
      } else if (joinsBefore) before.to = n;
      else if (joinsAfter) after.from = n;
      else ranges.splice(at + 1, 0, { from: n, to: n });
      return true;
    },
  };
}
