import { HeadgateError } from "../core/errors.ts";

/** Does one piece of work after another, in the order in which they were asked for. A failure is its asker's alone. */
export type InTurn = <Result>(work: () => Promise<Result>, patience: number) => Promise<Result>;

/** What has waited for longer than its `patience`, in milliseconds, is not begun: nobody waits for it any more. Throws `E_STORE`. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work, patience) => {
    const until = performance.now() + patience;
    const mine = last.then(() => {
      if (performance.now() > until) throw new HeadgateError("E_STORE", "the turn came after the time for it was over");
      return work();
    });
    last = mine.catch(() => undefined);
    return mine;
  };
}
