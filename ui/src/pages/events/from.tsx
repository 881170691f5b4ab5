import type { Event } from "../../api/schema.gen.ts";
import { RunLink, WatcherLink } from "../../parts/names.tsx";

/** Who published an event: a run, a watcher, or whoever named the source. */
export function From({ event }: { readonly event: Event }) {
  if (typeof event.run === "string") return <RunLink run={event.run} />;
  return event.watcher === null ? event.source : <WatcherLink watcher={event.watcher} />;
}
