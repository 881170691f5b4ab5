import { Link } from "@tanstack/react-router";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { RunLink, SubjectLink } from "../../parts/names.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import type { Trouble } from "./troubles-of.ts";

const SHOWN = 8;

/** What asks for somebody, each with its why. */
export function Troubles({ troubles, error }: { readonly troubles: readonly Trouble[] | undefined; readonly error: unknown }) {
  if (troubles === undefined) return error === null ? <Skeleton rows={3} /> : <ErrorPanel error={error} />;
  if (troubles.length === 0)
    return <p className="px-4 py-5 text-sm text-soft">Nothing. Every DAG ended well, every asset is fresh, and every watcher watches.</p>;
  return (
    <ul className="divide-y divide-line text-sm">
      {troubles.slice(0, SHOWN).map(({ about, id, status, why, since, run }) => (
        <li key={`${about} ${id} ${status}`} className="px-4 py-2">
          <div className="flex items-center gap-3">
            <span className="min-w-0 flex-1 truncate">
              <SubjectLink about={about} subject={id} />
            </span>
            <Status status={status} />
          </div>
          <p className="line-clamp-2 text-xs break-words text-soft" title={why}>
            {since === undefined ? null : (
              <>
                <Time at={since} />:{" "}
              </>
            )}
            {why}
          </p>
          {run === undefined ? null : (
            <p className="text-xs text-soft">
              <RunLink run={run} />
            </p>
          )}
        </li>
      ))}
      {troubles.length > SHOWN ? (
        <li className="px-4 py-2 text-xs">
          <Link to="/problems" className="text-accent hover:underline">
            and {troubles.length - SHOWN} more
          </Link>
        </li>
      ) : null}
    </ul>
  );
}
