import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { EventStory } from "../../api/schema.gen.ts";
import { buttonLook } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Facts, jsonText } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { AssetLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { From } from "../events/from.tsx";
import { Fates } from "./fates.tsx";

/** One event: what it says, and what every consumer did with it. */
export function EventPage() {
  const { source, id } = useParams({ from: "/events/$source/$id" });
  const story = useQuery(read<EventStory>(["events", "runs"], v1`/events/${source}/${id}/fate`));
  return (
    <>
      <PageHeader
        title={id}
        kind={`Event of ${source}`}
        shown={<span className="font-mono text-base break-all">{id}</span>}
        actions={
          <Link to="/lineage" search={{ event: `${source}|${id}` }} className={buttonLook()}>
            Its path in the lineage
          </Link>
        }
      />
      <Loaded query={story}>{(found) => <Story story={found} />}</Loaded>
    </>
  );
}

function Story({ story: { events, fates, repeats, rejected, live } }: { readonly story: EventStory }) {
  const [event] = events;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Panel title="What became of it" aside="for each consumer" padded={false}>
        {rejected.map(({ n, at, code, why }) => (
          <p key={n} className="border-b border-line bg-bad-soft px-4 py-3 text-sm">
            <Status status="rejected" /> <span className="ml-2">{why}</span> <span className="ml-2 font-mono text-xs text-soft">{code}</span>{" "}
            <span className="ml-2 text-xs text-soft">
              <Time at={at} />
            </span>
          </p>
        ))}
        {fates.length > 0 ? (
          <Fates entries={fates} />
        ) : live !== null && live.consumers.length > 0 ? (
          <Fates entries={live.consumers.map((one) => ({ ...one, registry: "", history: [{ ...one, at: live.event.at }] }))} />
        ) : rejected.length > 0 ? null : (
          <Empty title="No DAG waits for it">A DAG sees an event whose asset its condition names, from its deploy on.</Empty>
        )}
        {repeats.length === 0 ? null : (
          <p className="border-t border-line px-4 py-3 text-sm text-soft">
            It came again {repeats.length === 1 ? "once" : `${repeats.length} times`} and was dropped as a duplicate
            {repeats.some(({ differed }) => differed) ? ", although a repeat said something else than the first" : ""}.
          </p>
        )}
      </Panel>
      <Panel title="What it says">
        {event === undefined ? (
          <p className="text-sm text-soft">{rejected.length > 0 ? "It was rejected and is not kept." : "It is not in the store yet."}</p>
        ) : (
          <Facts
            rows={[
              ["Asset", <AssetLink key="asset" asset={event.asset} />],
              ["Partition", event.partition],
              ["Happened", <Time key="time" at={event.time} form="local" />],
              ["Accepted", <Time key="at" at={event.at} form="local" />],
              ["Number", event.seq.toLocaleString("en-US")],
              ["From", <From key="from" event={event} />],
              ["Hops", event.hops === 0 ? null : event.hops],
              ...Object.entries(event.data).map(([name, value]) => [name, <Value key={name} value={value} />] as const),
            ]}
          />
        )}
      </Panel>
    </div>
  );
}

function Value({ value }: { readonly value: unknown }) {
  return <span className="font-mono text-xs break-all">{jsonText(value)}</span>;
}
