import type { DagDefinition, WatcherDefinition } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import { sourceAssetOf } from "../source-asset.ts";

/** Who reads what: a watcher, or a task that takes from a source. */
interface QueueReader {
  /** `watcher orders`, `dag orders, task take`. */
  readonly where: string;
  /** Its queue; undefined for a source that gives everything to everybody. Throws what the source has to say against its place. */
  queue(): string | undefined;
}

/**
 * A queue hands each message to one reader only: two readers of it would each see a part of them. One `E_SOURCE_SHARED` for each watcher or task
 * that names a queue which another one of the project reads already, and what a source has to say against its own place.
 */
export function checkSharedQueues(watchers: readonly WatcherDefinition[], dags: readonly DagDefinition[] = []): readonly HeadgateError[] {
  const readers = new Map<string, string>();
  const errors: HeadgateError[] = [];
  for (const { where, queue } of [...watchers.map(readerOf), ...dags.flatMap(readersIn)]) {
    try {
      const name = queue();
      if (name === undefined) continue;
      const other = readers.get(name);
      if (other === undefined) readers.set(name, where);
      else {
        errors.push(
          new HeadgateError("E_SOURCE_SHARED", `${where} and ${other} both read ${name}: each message would reach only one of them`, {
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

function readerOf({ id, publishes, source }: WatcherDefinition): QueueReader {
  return { where: `watcher ${id}`, queue: () => source.takesFrom?.(sourceAssetOf(publishes)) };
}

function readersIn(dag: DagDefinition): readonly QueueReader[] {
  return [...(dag.sources ?? [])].map(([task, { source }]) => ({ where: `dag ${dag.id}, task ${task}`, queue: () => source.takesFrom?.(undefined) }));
}
