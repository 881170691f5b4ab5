import type { BuildWarning } from "../core/authoring/warning.ts";
import type { Catalog } from "../core/catalog.ts";
import type { Definition } from "../core/definition.ts";
import { sourceAssetOf } from "../core/source-asset.ts";
import { watchedPlace } from "../watchers/watched-place.ts";
import type { KnownPlaces } from "./moved-watchers.ts";

/** Tasks that have taken from a source, as far as the store knows. */
export type KnownTaskReaders = readonly { readonly dag: string; readonly task: string; readonly fingerprint: string }[];

interface Reader {
  /** `watcher orders`, `dag orders, task take`. */
  readonly where: string;
  /** The queue in words. */
  readonly queue: string;
  readonly fingerprint: string;
}

/**
 * Watchers and tasks whose queue a watcher or a task of another project reads, as far as the store knows. Only a warning: queues have the names of
 * connections in them, and two projects may mean different servers by one name.
 */
export function sharedQueues(
  project: string,
  definitions: readonly Definition[],
  known: { readonly places: KnownPlaces; readonly tasks: KnownTaskReaders; readonly catalogs: readonly Catalog[] },
): readonly BuildWarning[] {
  const others = readersOfOthers(project, known);
  return definitions.flatMap(readersIn).flatMap(({ where, queue, fingerprint }): readonly BuildWarning[] => {
    const other = others.get(fingerprint);
    if (other === undefined) return [];
    return [
      {
        code: "W_QUEUE_SHARED",
        text: `${where} reads ${queue}, as does ${other}: each message would reach only one of them`,
        hint: "give each a queue of its own, unless the connection is another server there",
        where,
      },
    ];
  });
}

/** Who else reads what, by fingerprint; what is deployed no more does not count. */
function readersOfOthers(project: string, { places, tasks, catalogs }: Parameters<typeof sharedQueues>[2]): ReadonlyMap<string, string> {
  const others = catalogs.filter((one) => one.project !== project);
  const ofWatchers = new Map(others.flatMap((one) => one.watchers.map(({ id }) => [id, one.project] as const)));
  const ofTasks = new Map(
    others.flatMap((one) =>
      one.dags.flatMap(({ plan }) => plan.tasks.flatMap((task) => (task.source === undefined ? [] : [[`${plan.dag}/${task.id}`, one.project] as const]))),
    ),
  );
  const found = new Map<string, string>();
  for (const { dag, task, fingerprint } of tasks) {
    const owner = ofTasks.get(`${dag}/${task}`);
    if (owner !== undefined) found.set(fingerprint, `task ${task} of dag ${dag} of project ${owner}`);
  }
  for (const { watcher, fingerprint } of places) {
    const owner = ofWatchers.get(watcher);
    if (owner !== undefined && fingerprint !== null) found.set(fingerprint, `watcher ${watcher} of project ${owner}`);
  }
  return found;
}

function readersIn(definition: Definition): readonly Reader[] {
  if (definition.kind === "watcher") {
    const queue = definition.source.takesFrom?.(sourceAssetOf(definition.publishes));
    return queue === undefined ? [] : [{ where: `watcher ${definition.id}`, queue, fingerprint: watchedPlace(definition).fingerprint }];
  }
  if (definition.kind !== "dag") return [];
  return [...(definition.sources ?? [])].flatMap(([task, { source }]) => {
    const queue = source.takesFrom?.(undefined);
    return queue === undefined ? [] : [{ where: `dag ${definition.id}, task ${task}`, queue, fingerprint: `${source.kind} ${source.describe(undefined)}` }];
  });
}
