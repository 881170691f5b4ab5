import { useMemo } from "react";
import { StatusMark } from "../status.tsx";
import { TONE_TEXT, toneOf } from "../tone.ts";
import { type GraphTask, type Place, placeTasks } from "./place-tasks.ts";

export interface DrawnTask extends GraphTask {
  /** Null where nothing runs: the graph of a DAG. */
  readonly status: string | null;
  /** Under the name: how long it took, what kind it is. */
  readonly note?: React.ReactNode;
}

interface TaskGraphProps {
  readonly label: string;
  readonly tasks: readonly DrawnTask[];
  readonly chosen?: string | undefined;
  readonly onChoose?: (task: string) => void;
}

const WIDTH = 164;
const HEIGHT = 46;
const GAP_X = 36;
const GAP_Y = 12;

const GROUNDS: Readonly<Record<string, string>> = { bad: "bg-bad-soft border-bad/50", run: "bg-run-soft border-run/50", warn: "bg-warn-soft border-warn/50" };

/** Tasks from left to right in the order in which they may run. What is wide scrolls. */
export function TaskGraph({ label, tasks, chosen, onChoose }: TaskGraphProps) {
  // States change all the time, the form of the graph does not.
  const form = tasks.map(({ id, upstream }) => `${id}<${upstream.join()}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form says all that the places need
  const placed = useMemo(() => placeTasks(tasks), [form]);
  const statuses = new Map(tasks.map(({ id, status }) => [id, status]));
  const size = { width: placed.columns * (WIDTH + GAP_X) - GAP_X, height: placed.rows * (HEIGHT + GAP_Y) - GAP_Y };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="overflow-x-auto py-4">
      <div className="relative mx-4 w-max">
        <div style={size} />
        <svg aria-hidden="true" className="absolute inset-0" width={size.width} height={size.height} fill="none" strokeWidth="1.3">
          {placed.edges.map(({ from, to, through }) => {
            const ends = [placed.places.get(from), ...through, placed.places.get(to)].filter((place) => place !== undefined);
            const isWaited = statuses.get(from) !== "succeeded" && statuses.get(to) !== null;
            return <path key={`${from}\n${to}`} d={curve(ends)} stroke="var(--color-line-strong)" {...(isWaited ? { strokeDasharray: "4 3" } : {})} />;
          })}
        </svg>
        {tasks.map((task) => {
          const place = placed.places.get(task.id);
          return place === undefined ? null : <TaskBox key={task.id} task={task} place={place} isChosen={task.id === chosen} onChoose={onChoose} />;
        })}
      </div>
    </section>
  );
}

interface TaskBoxProps {
  readonly task: DrawnTask;
  readonly place: Place;
  readonly isChosen: boolean;
  readonly onChoose: ((task: string) => void) | undefined;
}

function TaskBox({ task: { id, status, note }, place, isChosen, onChoose }: TaskBoxProps) {
  const tone = status === null ? "idle" : toneOf(status);
  const Box = onChoose === undefined ? "div" : "button";
  return (
    <Box
      {...(onChoose === undefined ? {} : { type: "button" as const, "aria-pressed": isChosen, onClick: () => onChoose(id) })}
      title={status === null ? id : `${id}: ${status}`}
      className={`absolute flex items-center gap-2 rounded border px-2.5 text-left ${GROUNDS[tone] ?? "border-line-strong bg-panel"} ${isChosen ? "ring-2 ring-accent" : ""} ${onChoose === undefined ? "" : "hover:border-accent"}`}
      style={{ left: place.column * (WIDTH + GAP_X), top: place.row * (HEIGHT + GAP_Y), width: WIDTH, height: HEIGHT }}
    >
      {status === null ? null : <StatusMark status={status} word={status} />}
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate text-sm font-medium">{id}</span>
        {note === undefined || note === null ? null : (
          <span className={`block truncate text-2xs tabular-nums ${tone === "run" || tone === "bad" ? TONE_TEXT[tone] : "text-soft"}`}>{note}</span>
        )}
      </span>
    </Box>
  );
}

/** From the right side of the first cell to the left side of the last, straight through those in between. */
function curve(cells: readonly Place[]): string {
  const [first, ...rest] = cells;
  if (first === undefined) return "";
  let x = first.column * (WIDTH + GAP_X) + WIDTH;
  let y = first.row * (HEIGHT + GAP_Y) + HEIGHT / 2;
  const parts = [`M${x} ${y}`];
  rest.forEach((cell, index) => {
    const toX = cell.column * (WIDTH + GAP_X);
    const toY = cell.row * (HEIGHT + GAP_Y) + HEIGHT / 2;
    const half = (toX - x) / 2;
    parts.push(`C${x + half} ${y} ${toX - half} ${toY} ${toX} ${toY}`);
    if (index < rest.length - 1) parts.push(`H${toX + WIDTH}`);
    x = toX + WIDTH;
    y = toY;
  });
  return parts.join("");
}
