import type { BatchSender } from "../../watchers/batch-sender.ts";
import type { Outbox, OutboxSession } from "../../watchers/outbox.ts";

/** Everything a session does to the outside, before and after it has taken effect. */
export const CRASH_POINTS = ["before append", "after append", "before send", "after send", "before mark sent", "after mark sent", "after unsent"] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** A process that dies at one point: what it calls after that has no effect. */
export interface DoomedProcess {
  readonly outbox: Outbox;
  readonly sender: BatchSender;
  /** Aborts when it died. */
  readonly died: AbortSignal;
}

/** Dies when it comes to `point` for the n-th time (1, 2, ...). */
export function createDoomedProcess(outbox: Outbox, sender: BatchSender, point: CrashPoint, n: number): DoomedProcess {
  const death = new AbortController();
  let times = 0;

  function pass(here: CrashPoint): void {
    if (here === point) times += 1;
    if (here === point && times === n) death.abort();
    live();
  }
  function live(): void {
    if (death.signal.aborted) throw new Error(`the process died ${point}`);
  }

  const wrapSession = (session: OutboxSession): OutboxSession => ({
    ...session,
    unsent: async () => {
      live();
      const batches = await session.unsent();
      pass("after unsent");
      return batches;
    },
    append: async (input) => {
      pass("before append");
      const batch = await session.append(input);
      pass("after append");
      return batch;
    },
    markSent: async (seq, generation) => {
      pass("before mark sent");
      await session.markSent(seq, generation);
      pass("after mark sent");
    },
    report: async (health) => {
      live();
      await session.report(health);
    },
  });

  return {
    died: death.signal,
    outbox: {
      open: async (watcher) => {
        live();
        return wrapSession(await outbox.open(watcher));
      },
      reset: (request) => outbox.reset(request),
    },
    sender: {
      send: async (batch) => {
        pass("before send");
        await sender.send(batch);
        pass("after send");
      },
    },
  };
}
