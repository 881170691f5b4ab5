import type { Grain, PartitionDefinition } from "../../core/condition.ts";
import type { Paint } from "./paint.ts";

/** One slice of time: its key, and the one character that stands for it. */
export interface CalendarCell {
  readonly key: string;
  readonly mark: string;
}

/** How the slices of a grain stand in lines: those that share the head of their key, at the place that the rest says. */
interface Layout {
  /** Length of the key's head, which names the line. */
  readonly head: number;
  /** Places of a line. */
  readonly places: number;
  placeOf(key: string): number;
  /** What stands above the places, every `step` places. */
  readonly step: number;
  readonly first: number;
}

const numberAt =
  (from: number, to: number, first: number) =>
  (key: string): number =>
    Number(key.slice(from, to)) - first;

const LAYOUTS: Readonly<Record<Grain, Layout>> = {
  minute: { head: 13, places: 60, placeOf: numberAt(14, 16, 0), step: 10, first: 0 },
  hour: { head: 10, places: 24, placeOf: numberAt(11, 13, 0), step: 6, first: 0 },
  day: { head: 7, places: 31, placeOf: numberAt(8, 10, 1), step: 5, first: 1 },
  week: { head: 4, places: 53, placeOf: numberAt(6, 8, 1), step: 10, first: 1 },
  month: { head: 4, places: 12, placeOf: numberAt(5, 7, 1), step: 3, first: 1 },
  quarter: { head: 4, places: 4, placeOf: numberAt(6, 7, 1), step: 1, first: 1 },
  year: { head: 3, places: 10, placeOf: numberAt(3, 4, 0), step: 5, first: 0 },
};

/** True for slices of time alone: the others have no places. */
export function hasCalendar(definition: PartitionDefinition): definition is Extract<PartitionDefinition, { grain: Grain }> {
  return "grain" in definition;
}

/** A line for each month of days, each day of hours, each year of months, and so on. Hours that occur twice stand at the end of their line. */
export function calendarText({ grain }: { readonly grain: Grain }, cells: readonly CalendarCell[], paint: Paint): string {
  const { head, places, placeOf } = LAYOUTS[grain];
  const lines = new Map<string, { readonly marks: string[]; readonly doubled: string[] }>();
  for (const { key, mark } of cells) {
    const name = key.slice(0, head);
    const line = lines.get(name) ?? { marks: Array<string>(places).fill(" "), doubled: [] };
    lines.set(name, line);
    const isDoubled = (grain === "hour" && key.length > 13) || (grain === "minute" && key.length > 16);
    if (isDoubled) line.doubled.push(mark);
    else line.marks[placeOf(key)] = mark;
  }
  const width = Math.max(...[...lines.keys()].map((name) => nameOf(grain, name).length));
  const ruler = `${" ".repeat(width + 2)}${paint.dim(rulerOf(LAYOUTS[grain]))}`;
  const body = [...lines].map(([name, { marks, doubled }]) =>
    `${paint.dim(nameOf(grain, name).padEnd(width))}  ${marks.join("")}${doubled.length === 0 ? "" : `  +${doubled.join("")}`}`.trimEnd(),
  );
  return [ruler, ...body].join("\n");
}

function nameOf(grain: Grain, name: string): string {
  return grain === "year" ? `${name}0` : name;
}

/** `1    6    11   16`: the number of a place above it. */
function rulerOf({ places, step, first }: Layout): string {
  let ruler = "";
  for (let place = 0; place < places; place += step) ruler = `${ruler.padEnd(place)}${place + first}`;
  return ruler;
}
