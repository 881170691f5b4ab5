import type { Cell, ConsumerState, LeafCell } from "./state.ts";

/**
 * Walks over the leaves of a cell and of the cells below it. Leaf numbers are small, so counting up to the last one that the consumer
 * gave is far cheaper than `for in`, which makes a list of texts of them.
 */
export function forEachLeafCell(state: ConsumerState, cell: Cell, visit: (leafCell: LeafCell, no: number) => void): void {
  for (let no = 0; no < state.nextLeaf; no++) {
    const leafCell = cell.leaves[no];
    if (leafCell !== undefined) visit(leafCell, no);
  }
  if (cell.inner === undefined) return;
  for (const byKey of Object.values(cell.inner)) for (const inner of Object.values(byKey)) forEachLeafCell(state, inner, visit);
}

export function someLeafCell(state: ConsumerState, cell: Cell, test: (leafCell: LeafCell) => boolean): boolean {
  for (let no = 0; no < state.nextLeaf; no++) {
    const leafCell = cell.leaves[no];
    if (leafCell !== undefined && test(leafCell)) return true;
  }
  if (cell.inner === undefined) return false;
  return Object.values(cell.inner).some((byKey) => Object.values(byKey).some((inner) => someLeafCell(state, inner, test)));
}

/** Forgets cells that hold nothing. True if nothing is left. */
export function prune(state: ConsumerState, cell: Cell): boolean {
  let empty = true;
  for (let no = 0; no < state.nextLeaf; no++) {
    const leafCell = cell.leaves[no];
    if (leafCell === undefined) continue;
    if (isEmpty(leafCell)) delete cell.leaves[no];
    else empty = false;
  }
  if (cell.inner === undefined) return empty;
  for (const [name, byKey] of Object.entries(cell.inner)) {
    for (const [key, inner] of Object.entries(byKey)) if (prune(state, inner)) delete byKey[key];
    if (Object.keys(byKey).length === 0) delete cell.inner[name];
  }
  if (Object.keys(cell.inner).length > 0) return false;
  delete cell.inner;
  return empty;
}

function isEmpty(cell: LeafCell): boolean {
  for (const _field in cell) return false;
  return true;
}
