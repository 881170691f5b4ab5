import { useInfiniteQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { QuarantinedEvent } from "../../api/schema.gen.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { DataText } from "../../parts/data-text.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";

/** Events that the asset's contract put aside, until a person says what becomes of each. Nothing while there are none. */
export function Quarantine({ asset }: { readonly asset: string }) {
  const held = useInfiniteQuery(readPages<QuarantinedEvent>(["events"], v1`/quarantine`, { asset, waiting: "true" }));
  const { data = [] } = held;
  if (data.length === 0) return null;
  const all = data.map(({ source, id }) => ({ source, id }));
  return (
    <Panel
      title="In quarantine"
      padded={false}
      aside={data.length < 2 ? undefined : <Answers label={`all ${data.length.toLocaleString("en-US")}`} events={all} />}
    >
      <ul className="divide-y divide-line">
        {data.map((event) => (
          <li key={`${event.source} ${event.id}`} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
            <div className="min-w-0 flex-1 basis-72">
              <p className="break-words text-warn">{event.why}</p>
              <p className="text-xs text-soft">
                <span className="font-mono break-all">{event.id}</span> of {event.source}, <Time at={event.at} />
              </p>
              <DataText data={event.data} />
            </div>
            <Answers label="this event" events={[{ source: event.source, id: event.id }]} />
          </li>
        ))}
      </ul>
      <LoadMore query={held} />
    </Panel>
  );
}

interface AnswersProps {
  readonly label: string;
  readonly events: readonly { readonly source: string; readonly id: string }[];
}

/** Whoever may publish the event may answer; the API says who may not. */
function Answers({ label, events }: AnswersProps) {
  return (
    <span className="flex gap-1">
      <ActButton
        look="bare"
        label="Release"
        title={`Release ${label}`}
        about="It is published as it is, and may start runs."
        act={{ path: v1`/quarantine/release`, body: { events } }}
      />
      <ActButton
        look="bare"
        label="Drop"
        title={`Drop ${label}`}
        about="It waits no longer. It stays in the store, with who dropped it and why."
        act={{ path: v1`/quarantine/drop`, body: { events } }}
        needsReason
      />
    </span>
  );
}
