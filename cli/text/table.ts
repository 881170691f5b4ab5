import { oneLine, textWidth, truncate } from "./text-width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: "left" | "right";
  /** Where it may be cut on a terminal that is too narrow; cut to nothing, it is left out. */
  readonly cut?: "end" | "middle";
  /** What a person copies into the next command: cut last, and never left out. */
  readonly key?: boolean;
  readonly paint?: (text: string, row: Row) => string;
}

export interface TableOptions {
  /** Columns of the terminal; Infinity where nothing is cut. */
  readonly width: number;
  readonly paintTitle?: (text: string) => string;
}

const GAP = "  ";
const NARROWEST = 12;

/** Rows as plain aligned text without lines, one row a line, titles above. A column that is empty in all rows is left out. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { width, paintTitle = (text) => text }: TableOptions): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(String(column.value(row) ?? ""))));
  const filled = columns.map((_, at) => at).filter((at) => rows.length === 0 || cells.some((line) => line[at] !== ""));
  const full = columns.map((column, at) => Math.max(textWidth(column.title), ...cells.map((line) => textWidth(line[at] ?? ""))));
  const { shown, widths } = fit(columns, filled, full, width);

  function line(texts: readonly string[], paint: (text: string, column: Column<Row>) => string): string {
    const parts = shown.map((at, place) => {
      const column = columns[at] as Column<Row>;
      const text = truncate(texts[at] ?? "", widths[at] ?? 0, column.cut);
      const pad = " ".repeat(Math.max(0, (widths[at] ?? 0) - textWidth(text)));
      if (column.align === "right") return pad + paint(text, column);
      return paint(text, column) + (place === shown.length - 1 ? "" : pad);
    });
    return parts.join(GAP).trimEnd();
  }
  return [
    line(
      columns.map((column) => column.title),
      paintTitle,
    ),
    ...cells.map((texts, index) => line(texts, (text, column) => column.paint?.(text, rows[index] as Row) ?? text)),
  ].join("\n");
}

/** The columns that have room, and how wide each is: first the least important are cut, then they go one by one, then keys are cut. */
function fit(
  columns: readonly Column<never>[],
  shown: readonly number[],
  full: readonly number[],
  width: number,
): { shown: readonly number[]; widths: readonly number[] } {
  const widths = [...full];
  const total = (): number => shown.reduce((sum, at) => sum + (widths[at] ?? 0), GAP.length * (shown.length - 1));
  const shrink = (candidates: readonly number[]): void => {
    while (total() > width) {
      const widest = candidates.filter((at) => (widths[at] ?? 0) > NARROWEST).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
      if (widest === undefined) return;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  };
  const lesser = shown.filter((at) => columns[at]?.cut !== undefined && columns[at]?.key !== true);
  shrink(lesser);
  if (total() <= width) return { shown, widths };
  const last = lesser.at(-1);
  if (last !== undefined) {
    return fit(
      columns,
      shown.filter((at) => at !== last),
      full,
      width,
    );
  }
  shrink(shown.filter((at) => columns[at]?.key === true));
  return { shown, widths };
}
