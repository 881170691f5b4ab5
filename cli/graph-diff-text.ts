import type { Json } from "../core/json.ts";
import { type Changes, type FieldChange, type GraphDiff, isUnchanged } from "./graph-diff.ts";
import { count } from "./text/count-text.ts";
import type { Paint } from "./text/paint.ts";
import { oneLine, textWidth, truncate } from "./text/text-width.ts";
import { durationText } from "./text/time-text.ts";

/** Plan fields that are milliseconds. */
const DURATIONS = /(^|\.)(timeout|every|backoff\.(initial|max))$/;
const LONGEST_VALUE = 120;

/** The diff line by line: `+` added, `~` changed with each field below it, `-` removed. */
export function graphDiffText(graph: GraphDiff, paint: Paint): string {
  if (isUnchanged(graph)) return paint.dim("the graph is unchanged");
  return [kindLines("dag", graph.dags, paint), kindLines("asset", graph.assets, paint), kindLines("watcher", graph.watchers, paint)].flat().join("\n");
}

/** `2 DAGs added, 1 asset changed`, or `unchanged`. */
export function graphDiffSummary(graph: GraphDiff): string {
  const kinds = [
    ["DAG", graph.dags],
    ["asset", graph.assets],
    ["watcher", graph.watchers],
  ] as const;
  const parts = kinds.flatMap(([kind, { added, changed, removed }]) =>
    (
      [
        ["added", added],
        ["changed", changed],
        ["removed", removed],
      ] as const
    )
      .filter(([, list]) => list.length > 0)
      .map(([what, list]) => `${count(list.length, kind)} ${what}`),
  );
  return parts.join(", ") || "unchanged";
}

function kindLines(kind: string, { added, changed, removed }: Changes, paint: Paint): string[] {
  const widest = Math.max(0, ...added.map(({ name }) => textWidth(name)));
  return [
    ...added.map(
      ({ name, summary }) =>
        `${paint.green(`+ ${kind} ${paint.bold(name)}`)}${summary === "" ? "" : `${" ".repeat(widest - textWidth(name))}  ${paint.dim(summary)}`}`,
    ),
    ...changed.flatMap(({ name, fields }) => [`${paint.yellow(`~ ${kind} ${paint.bold(name)}`)}`, ...fieldLines(fields, paint)]),
    ...removed.map((name) => paint.red(`- ${kind} ${paint.bold(name)}`)),
  ];
}

function fieldLines(fields: readonly FieldChange[], paint: Paint): string[] {
  const widest = Math.max(...fields.map(({ field }) => textWidth(field)));
  return fields.map((change) => {
    const [before, after] = [change.before, change.after].map((value) => (value === undefined ? undefined : valueText(change.field, value)));
    const label = `    ${paint.dim(change.field)}${" ".repeat(widest - textWidth(change.field))}  `;
    if (after === undefined) return `${label}${paint.red(`- ${before}`)}`;
    if (before === undefined) return `${label}${paint.green(`+ ${after}`)}`;
    return `${label}${paint.red(before)} ${paint.dim("->")} ${paint.green(after)}`;
  });
}

function valueText(field: string, value: Json): string {
  if (typeof value === "number" && DURATIONS.test(field)) return durationText(value);
  return truncate(oneLine(typeof value === "string" ? value : JSON.stringify(value)), LONGEST_VALUE);
}
