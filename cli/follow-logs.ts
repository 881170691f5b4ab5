import type { LogLine } from "../core/tasks/records.ts";

/** Workers write on their own, each in batches: a line may be in the store so much later than a younger one. In milliseconds. */
const LATE = 10_000;
/** Looks after the end of a run: its last lines come with the last batch of their worker. */
const LAST_LOOKS = 3;

export interface FollowLogs {
  /** Lines from this instant on, the oldest first; all if it is undefined. */
  read(since: number | undefined): Promise<readonly LogLine[]>;
  hasEnded(): Promise<boolean>;
  /** Until the next look. */
  wait(): Promise<unknown>;
}

/** The lines of a run as they come, each once, until the run has ended. */
export async function* followLogs({ read, hasEnded, wait }: FollowLogs): AsyncGenerator<readonly LogLine[]> {
  const seen = new Set<string>();
  let newest: number | undefined;
  for (let looks = 0; looks < LAST_LOOKS; ) {
    if (looks > 0 || (await hasEnded())) looks += 1;
    const lines = (await read(newest === undefined ? undefined : newest - LATE)).filter((line) => {
      const id = `${line.temporalRunId} ${line.task} ${line.attempt} ${line.line}`;
      return seen.has(id) ? false : seen.add(id);
    });
    for (const { at } of lines) newest = Math.max(newest ?? at, at);
    if (lines.length > 0) yield lines;
    if (looks < LAST_LOOKS) await wait();
  }
}
