import { Link } from "@tanstack/react-router";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Attempts } from "./attempts.tsx";
import { Logs } from "./logs.tsx";
import type { TaskRow } from "./task-rows.ts";

const LEVELS = [
  { level: undefined, text: "All" },
  { level: "info", text: "Info" },
  { level: "warn", text: "Warnings" },
  { level: "error", text: "Errors" },
] as const;

interface TaskPanelProps {
  readonly run: string;
  /** The task that is looked at; undefined for the lines of all. */
  readonly row: TaskRow | undefined;
  readonly attempt: string | undefined;
  readonly level: string | undefined;
  readonly isLive: boolean;
  /** Whether the page has said already why the task failed. */
  readonly isTold: boolean;
}

/** The attempts of the chosen task, and the lines that it wrote; without one the lines of the whole run. */
export function TaskPanel({ run, row, attempt, level, isLive, isTold }: TaskPanelProps) {
  return (
    <>
      {row === undefined ? null : (
        <Panel title={row.task} aside={<Status status={row.status} />} padded={false}>
          <Attempts row={row} chosen={attempt} isTold={isTold} />
        </Panel>
      )}
      <Panel
        title={row === undefined ? "Log" : `Log of ${row.task}${attempt === undefined ? "" : `, attempt ${attempt}`}`}
        padded={false}
        aside={
          <nav aria-label="Levels" className="flex gap-1">
            {LEVELS.map((one) => (
              <Link
                key={one.text}
                to="."
                search={(before: object) => ({ ...before, level: one.level })}
                replace
                resetScroll={false}
                className={`rounded px-1.5 py-0.5 hover:bg-raised ${one.level === level ? "bg-raised font-medium text-ink" : ""}`}
              >
                {one.text}
              </Link>
            ))}
          </nav>
        }
      >
        <Logs run={run} filter={{ task: row?.task, attempt, level }} isLive={isLive} />
      </Panel>
    </>
  );
}
