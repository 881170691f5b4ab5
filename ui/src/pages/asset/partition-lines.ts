import type { PartitionDefinition } from "../../api/partition-definition.ts";
import type { Slice } from "../../api/schema.gen.ts";

/** Slices as they are drawn: lines with a name, and in each line places with a slice or nothing. */
export interface PartitionLines {
  /** What stands above the places; empty where the places say it themselves. */
  readonly places: readonly string[];
  readonly lines: readonly { readonly name: string; readonly cells: readonly (Slice | null)[] }[];
}

/** Where the slices of a grain stand: those that share the head of their key in one line, at the place that the rest says. */
const CALENDARS: Readonly<Record<string, { readonly head: number; readonly from: number; readonly first: number; readonly places: number }>> = {
  minute: { head: 13, from: 14, first: 0, places: 60 },
  hour: { head: 10, from: 11, first: 0, places: 24 },
  day: { head: 7, from: 8, first: 1, places: 31 },
  week: { head: 4, from: 6, first: 1, places: 53 },
  month: { head: 4, from: 5, first: 1, places: 12 },
  quarter: { head: 4, from: 6, first: 1, places: 4 },
  year: { head: 3, from: 3, first: 0, places: 10 },
};

/** How many slices without an order in time stand in a line. */
const WRAP = 24;

/** A calendar for slices of time, a matrix for a product of two, else one after the other. The newest line is the first. */
export function partitionLines(definition: PartitionDefinition, slices: readonly Slice[]): PartitionLines {
  if ("grain" in definition && CALENDARS[definition.grain] !== undefined) return calendar(CALENDARS[definition.grain], slices);
  if ("product" in definition && definition.product.length === 2) return matrix(slices);
  const lines = [];
  for (let at = 0; at < slices.length; at += WRAP) lines.push({ name: "", cells: slices.slice(at, at + WRAP) });
  return { places: [], lines };
}

function calendar(layout: (typeof CALENDARS)[string] | undefined, slices: readonly Slice[]): PartitionLines {
  if (layout === undefined) return { places: [], lines: [] };
  const { head, from, first, places } = layout;
  const lines = new Map<string, (Slice | null)[]>();
  for (const slice of slices) {
    const key = slice.partition ?? "";
    const name = key.slice(0, head);
    const cells = lines.get(name) ?? Array.from({ length: places }, () => null);
    lines.set(name, cells);
    const place = Number.parseInt(key.slice(from), 10) - first;
    // An hour that occurs twice, when clocks go back, stands behind the line.
    if (cells[place] === null) cells[place] = slice;
    else cells.push(slice);
  }
  return {
    places: Array.from({ length: places }, (_, place) => String(place + first)),
    lines: [...lines].reverse().map(([name, cells]) => ({ name: head === 3 ? `${name}0s` : name, cells })),
  };
}

function matrix(slices: readonly Slice[]): PartitionLines {
  const keyed = slices.map((slice) => ({ slice, parts: (slice.partition ?? "").split("|") }));
  const rows = [...new Set(keyed.map(({ parts }) => parts[0] ?? ""))];
  const columns = [...new Set(keyed.map(({ parts }) => parts[1] ?? ""))];
  const found = new Map(keyed.map(({ slice }) => [slice.partition, slice]));
  return { places: columns, lines: rows.reverse().map((name) => ({ name, cells: columns.map((column) => found.get(`${name}|${column}`) ?? null) })) };
}

/** Which slices an asset has, in words: `one a day (UTC)`, `eu, us`, `one a day (UTC) × eu, us`. */
export function partitionText(definition: PartitionDefinition): string {
  if ("grain" in definition) {
    const { end, grain, start, tz = "UTC" } = definition;
    return `one ${grain === "hour" ? "an" : "a"} ${grain} (${tz})${start === undefined ? "" : ` from ${start}`}${end === undefined ? "" : ` to ${end}`}`;
  }
  if ("keys" in definition) return definition.keys.join(", ");
  if ("dynamic" in definition) return "any key";
  return definition.product.map(partitionText).join(" × ");
}
