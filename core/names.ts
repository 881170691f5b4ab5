/** Task queue of the registry, the projector and the watcher shells. */
export const SYSTEM_QUEUE = "headgate-system";
/** Task queue of the default project's runs and tasks. */
export const DEFAULT_QUEUE = "headgate";
export const DEFAULT_PROJECT = "headgate";

/** Names in the Temporal namespace. An environment prefixes them all; the default one (`""`) has no prefix. */
export interface Names {
  readonly environment: string;
  readonly registry: string;
  readonly systemQueue: string;
  /** The workflow that keeps a catalogue, by the catalogue's hash. */
  catalog(hash: string): string;
  /** The workflow that keeps pending events of a registry while the store is away. */
  stretch(name: string): string;
  /** The workflow that says whose turn it is in a pool. */
  pool(pool: string): string;
  /** The workflow that holds a place of a pool, from 1 on, while a task has it. */
  poolSlot(pool: string, place: number): string;
  projectQueue(project: string): string;
  triggerQueue(project: string): string;
  watcher(id: string): string;
}

/** The queue beside a project's own, for what mostly waits. */
export function triggersOf(projectQueue: string): string {
  return `${projectQueue}-triggers`;
}

/** The workflow that holds a place, by the workflow id of its pool. */
export function poolSlotOf(pool: string, place: number): string {
  return `${pool}/${place}`;
}

export function namesFor(environment = ""): Names {
  const prefix = environment === "" ? "" : `${environment}-`;
  const projectQueue = (project: string): string => (project === DEFAULT_PROJECT ? `${prefix}${DEFAULT_QUEUE}` : `${prefix}${DEFAULT_QUEUE}-${project}`);
  return {
    environment,
    registry: `${prefix}asset-registry`,
    systemQueue: `${prefix}${SYSTEM_QUEUE}`,
    catalog: (hash) => `${prefix}registry-catalog/${hash}`,
    stretch: (name) => `${prefix}registry-stretch/${name}`,
    pool: (pool) => `${prefix}pool/${pool}`,
    poolSlot: (pool, place) => poolSlotOf(`${prefix}pool/${pool}`, place),
    projectQueue,
    triggerQueue: (project) => triggersOf(projectQueue(project)),
    watcher: (id) => `${prefix}watcher/${id}`,
  };
}

/** Search attributes that runs set; the namespace must have them, both of type Keyword. */
export const SEARCH_ATTRIBUTES = { dag: "HeadgateDag", partition: "HeadgatePartition" } as const;
