/** Tells a person what a long step is doing: one line, without a full stop. Lines go to stderr, as they are no result. */
export type Progress = (line: string) => void;

/** Progress that nobody sees. */
export const silent: Progress = () => undefined;

/**
 * Says something only while a step takes long: `describe` is called every `every` milliseconds until the step ends.
 *
 * @default every 10_000
 */
export async function withHeartbeat<T>(progress: Progress, describe: (elapsed: number) => string, step: () => Promise<T>, every = 10_000): Promise<T> {
  const start = performance.now();
  const timer = setInterval(() => progress(describe(performance.now() - start)), every);
  try {
    return await step();
  } finally {
    clearInterval(timer);
  }
}
