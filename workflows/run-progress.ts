import type { TaskStatus } from "../core/run.ts";
import type { RunState, TaskState } from "../interpreter/index.ts";

/** Reply of the query `progress`. */
export interface RunProgress {
  readonly dag: string;
  readonly partition: string | null;
  /** Hash of the pinned plan; null until it is loaded. */
  readonly plan: string | null;
  readonly status: RunState["status"];
  /** In the order of the plan. Instants are milliseconds since 1970. */
  readonly tasks: readonly {
    readonly task: string;
    readonly status: TaskStatus;
    readonly round: number;
    readonly why?: string;
    readonly startedAt?: number;
    readonly endedAt?: number;
  }[];
}

export function toProgress(dag: string, partition: string | null, plan: string | null, state: RunState | undefined): RunProgress {
  return {
    dag,
    partition,
    plan,
    status: state?.status ?? "running",
    tasks: Object.entries(state?.tasks ?? {}).map(([task, { round, startedAt, endedAt, ...state }]) => ({
      task,
      ...shownStatus(state),
      round,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
    })),
  };
}

/** A wait that has begun is `waiting` for people; for the interpreter it is running like any other task. */
function shownStatus({ status, why, waitsFor }: Pick<TaskState, "status" | "why" | "waitsFor">): { readonly status: TaskStatus; readonly why?: string } {
  if (status === "running" && waitsFor !== undefined) return { status: "waiting", why: waitsFor };
  return { status, ...(why === undefined ? {} : { why }) };
}

/** Tasks that get a line of their own; of a larger run only those that a person looks for. The server takes 20,000 bytes. */
const LINES = 100;

/** The run at one glance, as Markdown for Temporal's Web UI: how far it is, for which partition and why, and its tasks. */
export function progressText(state: RunState, partition: string | null, cause: string): string {
  const tasks = Object.entries(state.tasks);
  const done = tasks.filter(([, task]) => task.endedAt !== undefined).length;
  const shown =
    tasks.length <= LINES
      ? tasks
      : tasks.filter(([, task]) => task.status === "running" || (task.status === "failed" && task.upstream !== true)).slice(0, LINES);
  const lines = shown.map(([id, task]) => {
    const { status, why } = shownStatus(task);
    return `- \`${id}\` ${status}${task.round > 1 ? ` (round ${task.round})` : ""}${why === undefined ? "" : `: ${oneLine(why)}`}`;
  });
  if (shown.length < tasks.length) lines.push(`- and ${tasks.length - shown.length} more`);
  const reason = `${partition === null ? "" : `\`${partition}\` · `}${oneLine(cause)}`;
  return [
    `**${state.cancelling && state.status === "running" ? "cancelling" : state.status}** ${done} of ${tasks.length} tasks done`,
    "",
    reason,
    "",
    ...lines,
  ].join("\n");
}

function oneLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
