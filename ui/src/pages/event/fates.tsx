import type { EventFate } from "../../api/schema.gen.ts";
import { DagLink, RunLink } from "../../parts/names.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";

/** What each consumer did with an event, from the first fate to the one that holds. */
export function Fates({ entries }: { readonly entries: readonly Pick<EventFate, "registry" | "dag" | "key" | "history">[] }) {
  return (
    <ul className="divide-y divide-line">
      {entries.map((entry) => (
        <li
          key={`${entry.registry} ${entry.dag} ${entry.key}`}
          className="grid gap-1 px-4 py-3 text-sm sm:grid-cols-[minmax(9rem,14rem)_minmax(0,1fr)] sm:gap-x-6"
        >
          <div>
            <DagLink dag={entry.dag} />
            {entry.key === "" ? null : <p className="font-mono text-xs text-soft">{entry.key}</p>}
          </div>
          <ol className="grid gap-1.5">
            {entry.history.map((step, index) => (
              <li
                key={`${step.at} ${step.fate}`}
                className={`flex flex-wrap items-baseline gap-x-3 ${index === entry.history.length - 1 ? "font-medium" : "text-soft"}`}
              >
                <Status status={step.fate} />
                {step.run === null ? null : <RunLink run={step.run} />}
                {step.why === null ? null : <span className="font-normal">{step.why}</span>}
                <span className="ml-auto text-xs font-normal text-soft">
                  <Time at={step.at} />
                </span>
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ul>
  );
}
