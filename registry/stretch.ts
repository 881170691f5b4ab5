import type { Order } from "./order.ts";
import type { LeafCell, Stretch, StretchEnd } from "./state.ts";

/**
 * A long backlog does not stand in the state: stretches of it are kept outside, and of each the state knows how many events it has, and
 * its oldest and newest one. That is enough to tell whether a condition is due and which group comes first. Before a run takes
 * anything, what it may take is read back; so nothing that is decided depends on what was parked. See parking.ts and read-back.ts.
 */
export function orderOf([time, seq, at]: StretchEnd): Order {
  return { time, seq, at };
}

/** How many events of a stretch are pending. */
export function sizeOfStretch({ count, gone }: Stretch): number {
  return count - (gone?.length ?? 0);
}

/** How many pending events of a cell are kept outside the state. */
export function storedOf({ stretches }: LeafCell): number {
  return stretches === undefined ? 0 : stretches.reduce((sum, stretch) => sum + sizeOfStretch(stretch), 0);
}

/** Puts a stretch into its place among those of a cell. */
export function addStretch(cell: LeafCell, stretch: Stretch): void {
  cell.stretches = [...(cell.stretches ?? []), stretch].sort((a, b) => a.oldest[0] - b.oldest[0] || a.oldest[1] - b.oldest[1]);
}

export function removeStretch(cell: LeafCell, stretch: Stretch): void {
  const left = cell.stretches?.filter((one) => one !== stretch) ?? [];
  if (left.length > 0) cell.stretches = left;
  else delete cell.stretches;
}
