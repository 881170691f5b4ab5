import type { DagExplanation } from "../../api/schema.gen.ts";
import { AssetLink, EventLink, RunLink } from "../../parts/names.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";

/** Of each asset that a DAG waits for: when it last changed, and what the DAG did with that. */
export function LastSeenList({ seen }: { readonly seen: DagExplanation["lastSeen"] }) {
  if (seen.length === 0) return <p className="text-sm text-soft">It waits for no asset by name.</p>;
  return (
    <ul className="space-y-1 text-sm">
      {seen.map(({ asset, event, fate }) => (
        <li key={asset} className="leading-7">
          <AssetLink asset={asset} />
          {event === null ? (
            <p className="text-xs text-soft">never had an event</p>
          ) : (
            <div className="flex min-w-0 flex-wrap items-center gap-x-3 text-xs leading-7 text-soft">
              <Time at={event.at} />
              {event.partition === null ? null : <span className="font-mono">{event.partition}</span>}
              <span className="max-w-56 truncate">
                <EventLink source={event.source} id={event.id} />
              </span>
              {fate === null ? <span>not for this DAG</span> : <Status status={fate.fate} />}
              {fate?.run == null ? null : <RunLink run={fate.run} />}
              {fate?.why == null ? null : <span>{fate.why}</span>}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
