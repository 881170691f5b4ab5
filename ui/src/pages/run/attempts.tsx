import { Link } from "@tanstack/react-router";
import { Status } from "../../parts/status.tsx";
import { Time, Took } from "../../parts/time.tsx";
import type { TaskRow } from "./task-rows.ts";

interface AttemptsProps {
  readonly row: TaskRow;
  /** Of the address: the lines of one attempt are shown alone. */
  readonly chosen: string | undefined;
  /** Whether the page has said already what went wrong at last. */
  readonly isTold: boolean;
}

/** Each attempt of a task, with what went wrong. */
export function Attempts({ row: { task, status, why, attempts }, chosen, isTold }: AttemptsProps) {
  if (attempts.length === 0) {
    return <p className="px-4 py-3 text-sm text-soft">{why ?? (status === "skipped" ? "It was skipped." : "It has not begun.")}</p>;
  }
  return (
    <ol className="divide-y divide-line">
      {attempts.map(({ attempt, round, startedAt, endedAt, status, worker, error, code }, index) => (
        <li key={`${attempt} ${round}`} className="px-4 py-2.5 text-sm">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <Link
              to="."
              search={(before: object) => ({ ...before, task, attempt: chosen === String(attempt) ? undefined : String(attempt) })}
              replace
              resetScroll={false}
              className={`font-medium hover:text-accent hover:underline ${chosen === String(attempt) ? "text-accent" : ""}`}
            >
              Attempt {attempt}
            </Link>
            <Status status={status} />
            <span className="text-soft">
              <Time at={startedAt} form="local" />, took <Took from={startedAt} to={endedAt} />
            </span>
            <span className="ml-auto hidden max-w-64 truncate font-mono text-xs text-soft md:inline" title={`worker ${worker}`}>
              {worker}
            </span>
          </div>
          {error === null || (isTold && index === attempts.length - 1) ? null : error === attempts[index + 1]?.error ? (
            <p className="mt-0.5 text-xs text-soft">It said the same as the attempt after it.</p>
          ) : (
            <ErrorText error={error} code={code} />
          )}
        </li>
      ))}
    </ol>
  );
}

/** The message and, folded, the rest: a stack is for a second look. */
export function ErrorText({ error, code }: { readonly error: string; readonly code: string | null }) {
  const [first = "", ...rest] = error.split("\n");
  return (
    <div className="mt-1.5 rounded border-l-2 border-bad bg-bad-soft px-3 py-1.5">
      <p className="break-words text-bad">
        {first} {code === null ? null : <span className="font-mono text-xs">{code}</span>}
      </p>
      {rest.length === 0 ? null : (
        <details className="mt-0.5 text-xs">
          <summary className="text-ink">Where it came from</summary>
          <pre className="overflow-x-auto py-1 font-mono whitespace-pre-wrap">{rest.join("\n")}</pre>
        </details>
      )}
    </div>
  );
}
