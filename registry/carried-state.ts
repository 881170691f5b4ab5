import type { Catalog } from "../core/catalog.ts";
import type { Condition } from "./condition.ts";
import { heldApart } from "./open.ts";
import type { Consumer, Registry } from "./registry.ts";
import type { ConsumerState, LeafRecord, ProjectState, RegistryState } from "./state.ts";

/**
 * The state as one run of the registry hands it to the next: what is known elsewhere is not in it. Catalogues stand there by their
 * hash, and of a consumer only what differs from one that has just been registered: thousands that wait for their first event, or
 * have nothing left of the last one, take no room.
 */
export type CarriedState = Omit<RegistryState, "projects" | "consumers"> & {
  projects: Record<string, CarriedProject>;
  consumers: Record<string, Partial<ConsumerState>>;
};

/** A catalogue stands here whole until it is kept somewhere else. */
export type CarriedProject = Omit<ProjectState, "catalog" | "earlier"> & { catalog: Catalog | string; earlier?: Catalog | string };

/** The state to carry. `isKept` says of a catalogue's hash that the next run can load it. */
export function carriedStateOf(registry: Registry, isKept: (hash: string) => boolean): CarriedState {
  const { state } = registry;
  const refer = (catalog: Catalog): Catalog | string => (isKept(catalog.hash) ? catalog.hash : catalog);
  const projects: Record<string, CarriedProject> = {};
  for (const [project, { revision, catalog, earlier }] of Object.entries(state.projects)) {
    projects[project] = {
      revision,
      catalog: refer(catalog),
      ...(earlier === undefined ? {} : { earlier: refer(earlier) }),
      births: birthsOf(catalog, registry),
    };
  }
  const consumers: Record<string, Partial<ConsumerState>> = {};
  for (const [dag, consumer] of registry.consumers) {
    const own = differencesOf(consumer, state.clock);
    if (Object.keys(own).length > 0) consumers[dag] = own;
  }
  const { projects: _projects, consumers: _consumers, ...rest } = state;
  const copied = JSON.parse(JSON.stringify({ ...rest, consumers, ...heldApart(registry) }));
  return { ...(copied as Omit<CarriedState, "projects">), projects };
}

/** Hashes of the catalogues that must be loaded before the state can be opened. */
export function catalogsToLoad(state: Pick<CarriedState, "projects">): readonly string[] {
  const all = Object.values(state.projects).flatMap(({ catalog, earlier }) => [catalog, ...(earlier === undefined ? [] : [earlier])]);
  return [...new Set(all.filter((catalog) => typeof catalog === "string"))];
}

/** The carried state with its catalogues, as `openRegistry` takes it. */
export function bringCatalogs(state: CarriedState, catalogs: ReadonlyMap<string, Catalog>): RegistryState {
  const find = (catalog: Catalog | string): Catalog => {
    const found = typeof catalog === "string" ? catalogs.get(catalog) : catalog;
    if (found === undefined) throw new Error(`catalogue ${String(catalog)} was not loaded`);
    return found;
  };
  const projects = Object.entries(state.projects).map(([project, { catalog, earlier, ...own }]): [string, ProjectState] => [
    project,
    { ...own, catalog: find(catalog), ...(earlier === undefined ? {} : { earlier: find(earlier) }) },
  ]);
  return { ...state, projects: Object.fromEntries(projects) } as RegistryState;
}

type Births = NonNullable<ProjectState["births"]>;

/** Most DAGs of a project are registered in a few deploys: what they have in common stands once for all that follow one another. */
function birthsOf(catalog: Catalog, registry: Registry): Births {
  const births: Births = [];
  for (const { plan } of catalog.dags) {
    const { registeredAt = 0, fromSeq = 0 } = registry.consumers.get(plan.dag)?.state ?? {};
    const last = births.at(-1);
    if (last !== undefined && last[1] === registeredAt && last[2] === fromSeq) last[0] += 1;
    else births.push([1, registeredAt, fromSeq]);
  }
  return births;
}

/** Fields of a consumer that are not as on the day of its registration. */
function differencesOf({ state, condition }: Consumer, clock: number): Partial<ConsumerState> {
  const { dag: _dag, project: _project, registeredAt, fromSeq: _fromSeq, leaves, nextLeaf, paused, faulted, groups, shared, running, ...rare } = state;
  return {
    ...rare,
    ...(isFirstNumbering(state, condition, clock) ? {} : { leaves, nextLeaf }),
    ...(paused === null ? {} : { paused }),
    ...(faulted === null ? {} : { faulted, registeredAt }),
    ...(isEmpty(groups) ? {} : { groups }),
    ...(isEmpty(shared) ? {} : { shared }),
    ...(isEmpty(running) ? {} : { running }),
  };
}

/** True if compiling the plan anew would give the leaves the same numbers, and the clocks the same next ticks. */
function isFirstNumbering({ leaves, nextLeaf, registeredAt }: ConsumerState, condition: Condition | null, clock: number): boolean {
  const compiled = condition?.leaves ?? [];
  return nextLeaf === leaves.length && compiled.length === leaves.length && leaves.every((leaf, index) => isFirst(leaf, index));

  function isFirst({ no, id, since, next, newestKey }: LeafRecord, index: number): boolean {
    const leaf = compiled[index];
    return no === index && since === registeredAt && newestKey === undefined && leaf?.id === id && next === (leaf.next?.(clock) ?? undefined);
  }
}

function isEmpty(record: object): boolean {
  for (const _key in record) return false;
  return true;
}
