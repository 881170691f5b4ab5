import type { WatcherDetails } from "../../api/schema.gen.ts";
import { Facts, jsonText } from "../../parts/facts.tsx";
import { AssetLink } from "../../parts/names.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText, spanText } from "../../parts/time-text.ts";

import { rateText } from "./rate-text.ts";

/** How a watcher does: when it looked last, how far it is behind, how much it publishes. */
export function Health({ view: { live, stored } }: { readonly view: WatcherDetails }) {
  if (live === null && stored === null) return <p className="text-sm text-soft">It has not begun: no worker has taken it yet.</p>;
  const lastEvent = live?.publishedAt ?? stored?.sentAt ?? null;
  return (
    <Facts
      rows={[
        [
          "Last news",
          live?.readAt === undefined ? null : (
            <span key="news" title="It tells of itself when something changes, and looks all the time in between">
              <Time at={live.readAt} />
            </span>
          ),
        ],
        ["Last event", lastEvent === null ? "none yet" : <Time key="event" at={lastEvent} />],
        ["Lag", live?.lag === undefined ? null : <span title="Between the last event's own time and its acceptance">{spanText(live.lag)}</span>],
        ["Throughput", live?.throughput === undefined ? null : `${rateText(live.throughput)} events a second`],
        ["Published", live?.published.toLocaleString("en-US")],
        ["Ignored", live === null || live.ignored === 0 ? null : `${live.ignored.toLocaleString("en-US")} items that its map left out`],
        ["Not understood", live === null || live.poisoned === 0 ? null : <span className="text-bad">{live.poisoned.toLocaleString("en-US")}</span>],
        ["Not yet sent", stored === null || stored.unsent === 0 ? null : <Unsent unsent={stored.unsent} since={stored.oldestUnsentAt} />],
        ["Sessions", live?.sessions],
      ]}
    />
  );
}

function Unsent({ unsent, since }: { readonly unsent: number; readonly since: string | null }) {
  return (
    <span className="text-warn">
      {unsent.toLocaleString("en-US")} batches
      {since === null ? null : (
        <>
          , the oldest from <Time at={since} />
        </>
      )}
    </span>
  );
}

/** Where a watcher stands in its source, and what it makes of it. */
export function Position({ view: { deployed, stored } }: { readonly view: WatcherDetails }) {
  const published = deployed === null ? [] : [deployed.publishes, ...(deployed.alsoPublishes ?? [])];
  return (
    <Facts
      rows={[
        ["Reads", stored?.source],
        ["Publishes", published.map((asset) => <div key={asset}>{<AssetLink asset={asset} />}</div>)],
        ["Looks every", deployed === null ? null : durationText(deployed.every)],
        ["Position", stored?.cursor == null ? null : <code className="font-mono text-xs break-all">{jsonText(stored.cursor)}</code>],
        ["Began at", stored?.startAt == null ? null : jsonText(stored.startAt)],
        ["Items it knows", stored?.seen === undefined || stored.seen === 0 ? null : stored.seen.toLocaleString("en-US")],
        ["Batches", stored === null || stored.appendedAt === null ? null : `${stored.lastSeq.toLocaleString("en-US")} in generation ${stored.generation}`],
      ]}
    />
  );
}
