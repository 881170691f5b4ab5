import type { WatcherDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import { sourceAssetOf } from "../source-asset.ts";

/**
 * A queue hands each message to one reader only: two watchers of it would each see a part of them. One `E_SOURCE_SHARED` for each
 * watcher that names a queue which another one of the project reads already, and what a source has to say against its own place.
 */
export function checkSharedQueues(watchers: readonly WatcherDefinition[]): readonly HeadgateError[] {
  const readers = new Map<string, string>();
  const errors: HeadgateError[] = [];
  for (const watcher of watchers) {
    const where = `watcher ${watcher.id}`;
    try {
      const queue = watcher.source.takesFrom?.(sourceAssetOf(watcher.publishes));
      if (queue === undefined) continue;
      const other = readers.get(queue);
      if (other === undefined) readers.set(queue, watcher.id);
      else {
        errors.push(
          new HeadgateError("E_SOURCE_SHARED", `watcher ${watcher.id} and watcher ${other} both read ${queue}: each message would reach only one of them`, {
            where,
            hint: "give each a queue of its own; or let one watcher publish all of it, and tell the events apart by .where(...) in the DAGs",
          }),
        );
      }
    } catch (error) {
      if (!HeadgateError.is(error)) throw error;
      errors.push(new HeadgateError(error.code, error.message, { where, ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error }));
    }
  }
  return errors;
}
