import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { type Page, read } from "../../api/read.ts";
import type { Event } from "../../api/schema.gen.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { AssetLink } from "../../parts/names.tsx";
import { Time } from "../../parts/time.tsx";

const SHOWN = 12;

/** The newest events: which assets changed, and when. */
export function NewestEvents() {
  const events = useQuery(read<Page<Event>>(["events"], v1`/events`, { limit: SHOWN }));
  return (
    <Loaded query={events} rows={5}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="px-4 py-5 text-sm text-soft">No asset has changed yet.</p>
        ) : (
          <ul className="divide-y divide-line text-sm">
            {items.map(({ registry, seq, asset, partition, at, source, id }) => (
              <li key={`${registry} ${seq}`} className="flex items-baseline gap-3 px-4 py-1.5">
                <span className="min-w-0 flex-1 truncate">
                  <AssetLink asset={asset} short />
                </span>
                <span className="shrink-0 font-mono text-2xs text-soft">{partition}</span>
                <Link to="/events/$source/$id" params={{ source, id }} className="w-16 shrink-0 text-right text-xs text-soft hover:text-accent hover:underline">
                  <Time at={at} />
                </Link>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
