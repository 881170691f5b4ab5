import { setTimeout as pause } from "node:timers/promises";
import type { Store } from "../../store/index.ts";

export interface FollowOptions {
  readonly store: Store;
  readonly event: { readonly id: string; readonly source?: string };
  /** Milliseconds after which what is still under way is told as it is. */
  readonly patience: number;
  readonly onStep: (line: string) => void;
}

/** Between two looks at the store, in milliseconds. */
const LOOK = 200;

/**
 * Tells what becomes of an event: accepted, what each DAG did with it, how the runs that took it ended. True if every DAG that took it
 * succeeded; false if it was not accepted, a run failed, or nothing has ended in time.
 */
export async function followEvent({ store, event, patience, onStep }: FollowOptions): Promise<boolean> {
  const until = Date.now() + patience;
  const said = new Set<string>();
  const say = (line: string): void => {
    if (!said.has(line)) onStep(line);
    said.add(line);
  };
  for (; Date.now() < until; await pause(LOOK)) {
    const [accepted] = await store.findEvents(event);
    if (accepted === undefined) continue;
    say(`accepted   ${accepted.asset} as number ${accepted.seq}`);
    const fates = await store.ledgerOf(event);
    const taken = fates.filter(({ run }) => run !== null);
    for (const { dag, fate, why } of fates) say(`${fate.padEnd(10)} by ${dag}${why === null ? "" : ` (${why})`}`);
    const runs = await Promise.all(taken.map(({ run }) => store.showRun(run ?? "")));
    const ended = runs.flatMap((run) => (run === undefined || run.status === "running" || run.status === "queued" ? [] : [run]));
    for (const { run, status } of ended) say(`${status.padEnd(10)} ${run}`);
    if (taken.length > 0 && taken.length === fates.length && ended.length === taken.length) return ended.every(({ status }) => status === "succeeded");
  }
  if (said.size === 0) say("nothing of it has come: is the watcher running? `headgate watchers list`");
  else if (said.size === 1) say("no DAG waits for it");
  return false;
}
