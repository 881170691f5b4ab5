/**
 * Ids that are noted in an instant, each once, and taken again in it. Nearly always they are few: then they stand in a list alone,
 * since filling and emptying a `Set` in every instant costs more than all that is done with them.
 */
export interface Marks {
  readonly ids: string[];
  /** The same ids, once they are many. */
  known: Set<string> | null;
}

const FEW = 8;

export function createMarks(): Marks {
  return { ids: [], known: null };
}

export function mark(marks: Marks, id: string): void {
  const { ids, known } = marks;
  if (known === null ? ids.includes(id) : known.has(id)) return;
  ids.push(id);
  if (known !== null) known.add(id);
  else if (ids.length > FEW) marks.known = new Set(ids);
}

/** Takes the last one away. */
export function takeMark(marks: Marks): string | undefined {
  const id = marks.ids.pop();
  if (marks.known === null || id === undefined) return id;
  if (marks.ids.length === 0) marks.known = null;
  else marks.known.delete(id);
  return id;
}

export function takeMarks(marks: Marks): void {
  // Popped, and not cut off: a list that is cut off gives its memory back, and takes new one in the next instant.
  for (let left = marks.ids.length; left > 0; left--) marks.ids.pop();
  marks.known = null;
}
