/** Events a second: `0.3`, `12`, `1,204`. */
export function rateText(perSecond: number): string {
  return perSecond.toLocaleString("en-US", { maximumFractionDigits: perSecond < 10 ? 1 : 0 });
}
