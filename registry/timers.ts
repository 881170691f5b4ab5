/** What must be looked at when: a heap of instants, with one entry that counts for each consumer and group. */
export interface Timers {
  /** Replaces the timer of a group; null takes it away. */
  set(dag: string, group: string, at: number | null): void;
  /** Takes away all timers of a consumer. */
  clear(dag: string): void;
  next(): number | null;
  /** The next timer of one consumer. */
  of(dag: string): number | null;
  /** The timers up to and including `now`, by consumer and group; taken away. */
  take(now: number): { readonly dag: string; readonly group: string }[];
}

interface Entry {
  readonly at: number;
  readonly dag: string;
  readonly group: string;
}

export function createTimers(): Timers {
  const heap: Entry[] = [];
  const current = new Map<string, Map<string, number>>();

  function counts(entry: Entry): boolean {
    return current.get(entry.dag)?.get(entry.group) === entry.at;
  }
  function settle(): Entry | undefined {
    // An entry that was replaced is left in the heap until it comes up.
    while (heap[0] !== undefined && !counts(heap[0])) popFirst(heap);
    return heap[0];
  }
  return {
    set: (dag, group, at) => {
      const mine = current.get(dag);
      if (at === null) {
        mine?.delete(group);
        return;
      }
      if (mine?.get(group) === at) return;
      if (mine === undefined) current.set(dag, new Map([[group, at]]));
      else mine.set(group, at);
      push(heap, { at, dag, group });
    },
    clear: (dag) => {
      current.delete(dag);
    },
    next: () => settle()?.at ?? null,
    of: (dag) => {
      const mine = current.get(dag);
      return mine === undefined || mine.size === 0 ? null : Math.min(...mine.values());
    },
    take: (now) => {
      const due: Entry[] = [];
      for (let first = settle(); first !== undefined && first.at <= now; first = settle()) {
        current.get(first.dag)?.delete(first.group);
        due.push(first);
      }
      // Their order must not depend on when they were set, or a registry that was opened again would differ.
      return due.sort((a, b) => (a.dag === b.dag ? (a.group < b.group ? -1 : 1) : a.dag < b.dag ? -1 : 1));
    },
  };
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || above.at <= entry.at) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function popFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const right = left + 1;
    const a = heap[left];
    const b = heap[right];
    if (a === undefined) break;
    const smaller = b !== undefined && b.at < a.at ? right : left;
    const child = heap[smaller];
    if (child === undefined || child.at >= last.at) break;
    heap[index] = child;
    index = smaller;
  }
  heap[index] = last;
}
