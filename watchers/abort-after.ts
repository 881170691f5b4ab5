/** What a timer of Node takes: 24 days. */
const LONGEST_TIMER = 2_147_483_647;

/** Aborts after so many milliseconds, however many, or never. Returns how to call it off. */
export function abortAfter(controller: AbortController, ms: number | undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const arm = (left: number): void => {
    timer = setTimeout(() => (left > LONGEST_TIMER ? arm(left - LONGEST_TIMER) : controller.abort()), Math.min(Math.max(0, left), LONGEST_TIMER));
  };
  if (ms !== undefined) arm(ms);
  return () => clearTimeout(timer);
}
