import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { get, v1 } from "../../api/client.ts";
import type { EventStory } from "../../api/schema.gen.ts";
import { type Step, type WalkReads, walkEvent } from "./walk-event.ts";

const READS: WalkReads = {
  story: (source, id) => get<EventStory>(v1`/events/${source}/${id}/fate`),
  run: (run) => get(v1`/runs/${run}`),
};

/** The way of the event that an address names as `source|id`; asked for once, and again as it goes on. */
export function useEventPath(event: string | undefined): UseQueryResult<readonly Step[]> {
  const [source = "", id = ""] = splitOnce(event ?? "");
  return useQuery({
    queryKey: ["event-path", source, id],
    queryFn: () => walkEvent({ source, id }, READS),
    enabled: event !== undefined,
    meta: { topics: ["events", "runs"] },
  });
}

/** A source has no bar in it, an id may. */
function splitOnce(text: string): readonly string[] {
  const bar = text.indexOf("|");
  return bar < 0 ? ["", text] : [text.slice(0, bar), text.slice(bar + 1)];
}
