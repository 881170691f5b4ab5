import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../client/http/api-client.ts";
import { HeadgateError } from "../core/errors.ts";
import { readView } from "../core/json-view.ts";
import type { RunDetails } from "../store/queries/runs.ts";
import { EXIT, type ExitCode } from "./frame/exit-codes.ts";
import type { Output } from "./frame/output.ts";
import { runText } from "./run-text.ts";

/** Milliseconds between two looks. */
const LOOK_EVERY = 500;
/** How long a run may take to come into the store, in milliseconds. */
const PATIENCE = 10_000;
/** Moves to the upper left and clears what is there. */
const CLEAR = "\u001b[H\u001b[J";

/** Shows a run until it has ended: at a terminal all of it, drawn anew; elsewhere each change, and all of it at the end. */
export async function watchRun(api: ApiClient, run: string, output: Output): Promise<ExitCode> {
  const draws = output.format === "text" && process.stdout.isTTY === true;
  let before: RunDetails | undefined;
  const look = () => api.get("/v1/runs/{run}", { params: { run } });
  for (let found = await onceThere(look); ; found = await look()) {
    const now = readView<RunDetails>(found);
    const changes = changesOf(before, now);
    if (draws) process.stdout.write(`${CLEAR}${runText(now, { ...output, now: Date.now() })}\n`);
    else if (changes.length > 0 && output.format === "text") for (const line of changes) output.note(line);
    if (now.endedAt !== null) {
      if (!draws) output.result(found, () => runText(now, output));
      return now.status === "succeeded" ? EXIT.ok : EXIT.unsuccessful;
    }
    before = now;
    await sleep(LOOK_EVERY);
  }
}

/** One that was started this moment is not in the store yet. */
async function onceThere<T>(look: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE; ; await sleep(LOOK_EVERY)) {
    try {
      return await look();
    } catch (error) {
      if (!HeadgateError.is(error) || error.code !== "E_RUN_UNKNOWN" || Date.now() > end) throw error;
    }
  }
}

/** What changed in a run between two looks, one line each: `load running`. The first look tells of all that has begun. */
export function changesOf(before: RunDetails | undefined, now: RunDetails): readonly string[] {
  const known = new Map((before?.tasks ?? []).map((task) => [`${task.temporalRunId} ${task.task}`, task.status]));
  const tasks = now.tasks.filter((task) => known.get(`${task.temporalRunId} ${task.task}`) !== task.status);
  const lines = tasks.map(({ task, status, why }) => `${task} ${status}${why === null ? "" : `: ${why}`}`);
  return before?.status === now.status ? lines : [...lines, `${now.run} ${now.status}`];
}
