import { useState } from "react";
import type { Event } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import { AssetLink, EventLink } from "../../parts/names.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";

interface EventListProps {
  readonly title: string;
  readonly events: readonly (Event & { readonly fate?: string })[];
  /** In place of events. */
  readonly none: string;
}

/** As many are shown at first. */
const FIRST = 8;

/** Events that a run took or published, with what is in them. */
export function EventList({ title, events, none }: EventListProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? events : events.slice(0, FIRST);
  return (
    <Panel title={title} aside={events.length === 0 ? undefined : events.length.toLocaleString("en-US")} padded={false}>
      {events.length === 0 ? <p className="px-4 py-3 text-sm text-soft">{none}</p> : null}
      <ul className="divide-y divide-line">
        {shown.map((event) => (
          <li key={`${event.registry} ${event.seq} ${event.source} ${event.id}`} className="px-4 py-2 text-sm leading-7">
            <div className="flex items-baseline gap-3">
              <AssetLink asset={event.asset} />
              {event.partition === null ? null : <span className="whitespace-nowrap rounded-sm bg-raised px-1 font-mono text-xs">{event.partition}</span>}
              <span className="ml-auto shrink-0 text-xs text-soft">
                <Time at={event.at} />
              </span>
            </div>
            <div className="mt-1 flex min-w-0 items-baseline gap-2 text-xs leading-7 text-soft">
              <span className="min-w-0 truncate">
                <EventLink source={event.source} id={event.id} />
              </span>
              {event.fate === "referenced" ? <span className="shrink-0">kept, not used up</span> : null}
            </div>
            {Object.keys(event.data).length === 0 ? null : (
              <p className="truncate font-mono text-xs text-soft" title={JSON.stringify(event.data, undefined, 2)}>
                {JSON.stringify(event.data)}
              </p>
            )}
          </li>
        ))}
      </ul>
      {events.length <= FIRST ? null : (
        <div className="border-t border-line p-1.5 text-center">
          <Button look="bare" onClick={() => setWhole(!isWhole)}>
            {isWhole ? "Fewer" : `All ${events.length.toLocaleString("en-US")}`}
          </Button>
        </div>
      )}
    </Panel>
  );
}
