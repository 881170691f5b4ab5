/** A task with those that it waits for. */
export interface GraphTask {
  readonly id: string;
  readonly upstream: readonly string[];
}

/** A cell of the drawing: how many columns from the left, how many rows from the top. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

export interface PlacedTasks {
  readonly places: ReadonlyMap<string, Place>;
  /** From one task to the next, with the cells that it passes in between. */
  readonly edges: readonly { readonly from: string; readonly to: string; readonly through: readonly Place[] }[];
  readonly columns: number;
  readonly rows: number;
}

interface Spot {
  readonly key: string;
  readonly before: readonly string[];
}

/** How often the order within the columns is made better, from the left and from the right by turns. */
const SWEEPS = 6;

/**
 * Puts each task one column to the right of the last one that it waits for, and orders the columns so that few edges cross. An edge over
 * several columns has a cell of its own in each, so that it never runs behind a task. The same tasks have the same places.
 */
export function placeTasks(tasks: readonly GraphTask[]): PlacedTasks {
  const known = new Set(tasks.map(({ id }) => id));
  const upstream = new Map(tasks.map(({ id, upstream }) => [id, [...new Set(upstream)].filter((one) => known.has(one) && one !== id)]));
  const depths = depthsOf(upstream);
  const columns: Spot[][] = Array.from({ length: Math.max(0, ...depths.values()) + (tasks.length === 0 ? 0 : 1) }, () => []);
  const routes = [...upstream].flatMap(([to, froms]) => froms.map((from) => ({ from, to, keys: between(depths, from, to) })));
  for (const { id } of tasks) {
    const before = routes.filter(({ to }) => to === id).map(({ from, keys }) => keys.at(-1) ?? from);
    columns[depths.get(id) ?? 0]?.push({ key: id, before });
  }
  for (const { from, keys } of routes) {
    for (const [index, key] of keys.entries()) columns[(depths.get(from) ?? 0) + index + 1]?.push({ key, before: [keys[index - 1] ?? from] });
  }
  const rows = orderRows(columns);
  const height = Math.max(0, ...columns.map(({ length }) => length));
  const placeOf = (key: string, column: number): Place => ({ column, row: (rows.get(key) ?? 0) + (height - (columns[column]?.length ?? 0)) / 2 });
  return {
    places: new Map(tasks.map(({ id }) => [id, placeOf(id, depths.get(id) ?? 0)])),
    edges: routes.map(({ from, to, keys }) => ({ from, to, through: keys.map((key, index) => placeOf(key, (depths.get(from) ?? 0) + index + 1)) })),
    columns: columns.length,
    rows: height,
  };
}

/** The longest way from a task without upstream; a task on a cycle, which no plan has, counts as none. */
function depthsOf(upstream: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const open = new Set<string>();
  function depthOf(id: string): number {
    const before = depths.get(id);
    if (before !== undefined) return before;
    if (open.has(id)) return 0;
    open.add(id);
    const depth = Math.max(-1, ...(upstream.get(id) ?? []).map(depthOf)) + 1;
    depths.set(id, depth);
    return depth;
  }
  for (const id of upstream.keys()) depthOf(id);
  return depths;
}

/** Names of the cells that an edge passes. */
function between(depths: ReadonlyMap<string, number>, from: string, to: string): readonly string[] {
  const length = (depths.get(to) ?? 0) - (depths.get(from) ?? 0) - 1;
  return Array.from({ length: Math.max(0, length) }, (_, index) => `${from}\n${to}\n${index}`);
}

/** Moves each cell to the middle of those that it is joined with, and gives back the row of each. */
function orderRows(columns: Spot[][]): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  const number = (column: readonly Spot[]): void => column.forEach(({ key }, row) => void rows.set(key, row));
  columns.forEach(number);
  const after = new Map<string, string[]>();
  for (const { key, before } of columns.flat()) for (const one of before) after.set(one, [...(after.get(one) ?? []), key]);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isForward = sweep % 2 === 0;
    for (const column of isForward ? columns : [...columns].reverse()) {
      const middle = new Map(
        column.map((spot) => [spot.key, middleOf(isForward ? spot.before : (after.get(spot.key) ?? []), rows) ?? rows.get(spot.key) ?? 0]),
      );
      column.sort((a, b) => (middle.get(a.key) ?? 0) - (middle.get(b.key) ?? 0));
      number(column);
    }
  }
  return rows;
}

function middleOf(keys: readonly string[], rows: ReadonlyMap<string, number>): number | undefined {
  return keys.length === 0 ? undefined : keys.reduce((sum, key) => sum + (rows.get(key) ?? 0), 0) / keys.length;
}
