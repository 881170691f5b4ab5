import { runInNewContext } from "node:vm";
import { absent, all, any, asset, atLeast, type Condition, cron, every, group, pattern, runEnds, sequence } from "../../core/index.ts";
import type { Json } from "../../core/json.ts";
import { simulate } from "../../registry/index.ts";

// A drawing of events and runs in a page, made by `headgate simulate`'s own code:
//
//   on: all(orders, customers), mode: "batch"     options of a DAG, as in code; names of lanes are assets
//   1m from 00:00                                  what a column is (optional)
//   data: { b: { rows: 0 } }                       data of events (optional); also `partitions:` and `assets:`
//   orders     a . b                               a letter is an event, its id
//   customers  . x .
//   runs       . 1 .                               and from here on everything is found by playing it
//
//   1 takes a, x

/** What stands above the line of runs: what is played. */
interface Played {
  readonly head: readonly string[];
  readonly lanes: readonly (readonly [name: string, columns: readonly string[]])[];
  readonly options: { readonly on: Condition; readonly [policy: string]: unknown };
  readonly data: Readonly<Record<string, Json>>;
  readonly partitions: Readonly<Record<string, string>>;
  readonly step: number;
  readonly start: number;
}

const DAY = Date.UTC(2026, 10, 23);
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** The whole drawing as it should stand in the page. */
export function drawTimeline(text: string): string {
  const played = read(text);
  const columns = Math.max(...played.lanes.map(([, marks]) => marks.length));
  const at = (column: number): string => new Date(played.start + column * played.step).toISOString();
  const { on, ...policy } = played.options;
  const result = simulate({
    dags: [{ id: "dag", on: on.node as unknown as Json, runs: { duration: "0s" }, ...policy }] as never,
    timeline: [
      { at: at(0) },
      ...Array.from({ length: columns }, (_, column) =>
        played.lanes.flatMap(([name, marks]) => {
          const id = marks[column];
          if (id === undefined || id === ".") return [];
          const event = { asset: `lake://${name}`, id, time: at(column), data: played.data[id] ?? {} };
          return [{ at: at(column), event: played.partitions[id] === undefined ? event : { ...event, partition: played.partitions[id] } }];
        }),
      ).flat(),
      { at: at(columns - 1) },
    ] as never,
  });
  if (result.rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(result.rejected)}`);
  const runs = result.runs.map((run) => ({ ...run, column: Math.round((Date.parse(run.at) - played.start) / played.step) }));
  const marks = Array.from({ length: columns }, (_, column) => {
    const here = runs.flatMap((run, index) => (run.column === column ? [String(index + 1)] : []));
    return here.length < 2 ? (here[0] ?? ".") : `${here[0]}-${here.at(-1)}`;
  });
  const width = Math.max(4, ...played.lanes.map(([name]) => name.length)) + 2;
  const lines = [...played.lanes, ["runs", marks] as const].map(([name, row]) => name.padEnd(width) + row.join(" "));
  const taken = runs.map(({ partition, key, events, references = [] }, index) => {
    const about = partition ?? (key === "" ? undefined : key);
    const what = [...events.map(({ id }) => id), ...references.map(({ id }) => `${id} (kept)`)];
    return `${index + 1}${about === undefined ? "" : ` for ${about}`} takes ${what.length === 0 ? "nothing" : what.join(", ")}`;
  });
  const last = new Map(result.ledger.map((fact) => [fact.event.id, fact]));
  const others = [...last.values()].flatMap(({ event, fate, why }) =>
    ["consumed", "referenced"].includes(fate) ? [] : [`${event.id} is ${fate}${why === null || why === undefined ? "" : `: ${why}`}`],
  );
  return `${[...played.head, ...lines, "", ...taken, ...others].join("\n").trimEnd()}\n`;
}

function read(text: string): Played {
  const lines = text.split("\n");
  const body = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith("runs ")),
  );
  const isLane = (line: string): boolean => /^[a-z-]+ +[\w.]( [\w.])*$/.test(line);
  const head = body.filter((line) => !isLane(line));
  const lanes = body.filter(isLane).map((line) => {
    const [name = "", ...marks] = line.split(/ +/);
    return [name, marks] as const;
  });
  const assets = Object.fromEntries(lanes.map(([name]) => [name, asset(`lake://${name}`)]));
  const words = { absent, all, any, atLeast, cron, every, group, pattern, runEnds, sequence, ...assets };
  const value = (line: string | undefined): object => runInNewContext(`({ ${line ?? ""} })`, words) as object;
  const scale = /^(\d+)([smh]) from (\d\d):(\d\d)$/.exec(head.find((line) => / from /.test(line)) ?? "1m from 00:00") ?? [];
  return {
    head,
    lanes,
    options: value(head.find((line) => line.startsWith("on: "))) as Played["options"],
    ...{ data: {}, partitions: {} },
    ...value(head.find((line) => line.startsWith("data: "))),
    ...value(head.find((line) => line.startsWith("partitions: "))),
    step: Number(scale[1]) * (UNITS[scale[2] ?? "m"] ?? 0),
    start: DAY + Number(scale[3]) * 3_600_000 + Number(scale[4]) * 60_000,
  };
}
