import { type Figure, isMet } from "./statistics.ts";

const HEAD = ["", "Headgate", "bare", "compared", "asked", ""];

/** One line for each figure, and lines of other cells below. */
export function tableOf(figures: readonly Figure[], more: readonly (readonly string[])[] = []): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${number(figure.ours)} ${figure.unit}`,
    figure.bare === undefined ? "" : number(figure.bare),
    number(figure.value),
    ...(figure.target === undefined ? ["", ""] : [`${figure.target.kind} ${number(figure.target.value)}`, isMet(figure) ? "met" : "MISSED"]),
  ]);
  const all = [HEAD, ...rows, ...more];
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function number(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString("en-US") : value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
