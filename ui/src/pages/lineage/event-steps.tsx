import type { UseQueryResult } from "@tanstack/react-query";
import { Icon } from "../../parts/icon.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { AssetLink, EventLink, RunLink } from "../../parts/names.tsx";
import { Status } from "../../parts/status.tsx";
import { durationText } from "../../parts/time-text.ts";
import type { Step } from "./walk-event.ts";

interface EventStepsProps {
  readonly steps: UseQueryResult<readonly Step[]>;
  readonly onClose: () => void;
}

/** The way of an event in words, beside the drawing: what happened in which order, and how long after the first. */
export function EventSteps({ steps, onClose }: EventStepsProps) {
  return (
    <aside
      aria-label="The way of the event"
      className="absolute inset-x-2 bottom-2 z-10 flex max-h-[45%] flex-col rounded-lg border border-line bg-panel text-sm shadow-pop sm:inset-x-auto sm:top-3 sm:right-3 sm:bottom-auto sm:max-h-[calc(100%-1.5rem)] sm:w-80"
    >
      <div className="flex items-center border-b border-line py-1.5 pr-2 pl-3">
        <h2 className="font-semibold">The way of the event</h2>
        <button
          type="button"
          aria-label="Close"
          onClick={onClose}
          className="ml-auto grid size-6 place-items-center rounded text-soft hover:bg-raised hover:text-ink"
        >
          <Icon name="close" className="size-3.5" />
        </button>
      </div>
      <div className="min-h-0 overflow-y-auto">
        <Loaded query={steps}>
          {(found) => (
            <ol className="divide-y divide-line">
              {found.map((step) => (
                <li key={`${step.kind} ${step.source} ${step.name}`} className="grid gap-2 px-3 py-2.5">
                  <div className="flex items-center gap-2">
                    <Icon name={step.kind === "run" ? "run" : "event"} className="size-3.5 text-soft" />
                    <span className="min-w-0 flex-1 truncate">
                      {step.kind === "run" ? <RunLink run={step.name} /> : <AssetLink asset={step.node.slice("asset ".length)} short />}
                    </span>
                    <span className="shrink-0 text-xs text-soft tabular-nums">+{durationText(Date.parse(step.at) - Date.parse(found[0]?.at ?? step.at))}</span>
                  </div>
                  <div className="pl-5.5 text-xs">
                    {step.kind === "run" ? <Status status={step.status ?? ""} /> : <EventLink source={step.source ?? ""} id={step.name} />}
                  </div>
                </li>
              ))}
            </ol>
          )}
        </Loaded>
      </div>
    </aside>
  );
}
