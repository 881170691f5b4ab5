import { oneLine, textWidth, truncate } from "./text-width.ts";

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: "left" | "right";
  /** May be cut when the terminal is too narrow, and where. Widest first. */
  readonly cut?: "end" | "middle";
  readonly paint?: (text: string, row: Row) => string;
}

export interface TableOptions {
  /** Columns of the terminal; Infinity where nothing is cut. */
  readonly width: number;
  readonly paintTitle?: (text: string) => string;
}

const GAP = "  ";
const NARROWEST = 8;

/** Rows as plain aligned text without lines, one row a line, titles above. A column that is empty in all rows is left out. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { width, paintTitle = (text) => text }: TableOptions): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(String(column.value(row) ?? ""))));
  const shown = columns.map((_, at) => at).filter((at) => rows.length === 0 || cells.some((line) => line[at] !== ""));
  const widths = columns.map((column, at) => Math.max(textWidth(column.title), ...cells.map((line) => textWidth(line[at] ?? ""))));

  const total = (): number => shown.reduce((sum, at) => sum + (widths[at] ?? 0), GAP.length * (shown.length - 1));
  while (total() > width) {
    const widest = shown.filter((at) => columns[at]?.cut !== undefined && (widths[at] ?? 0) > NARROWEST).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }

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
