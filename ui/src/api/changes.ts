import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { TOPICS, type Topic } from "./read.ts";

/** `live` while the stream is open, `away` while the tab is hidden, `lost` while it is being opened again. */
export type Connection = "opening" | "live" | "away" | "lost";

/** A topic is read again at most so often, in milliseconds: the first hint counts at once, those after it together. */
const PAUSE = 700;
const REOPEN_AFTER = 3_000;

let connection: Connection = "opening";
const watchers = new Set<() => void>();

function setConnection(next: Connection): void {
  connection = next;
  for (const tell of watchers) tell();
}

/** The state of the stream of changes, for the shell to show. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => connection,
  );
}

/** Reads again what is shown and has changed, for as long as the shell is mounted. Pages need nothing of their own but the topics of their reads. */
export function useChanges(): void {
  const client = useQueryClient();
  useEffect(() => followChanges(client), [client]);
}

function followChanges(client: QueryClient): () => void {
  let source: EventSource | undefined;
  let reopen: number | undefined;
  let missed = false;
  const told = throttledTopics((topics) => {
    void client.invalidateQueries({ predicate: ({ meta }) => meta?.topics?.some((topic) => topics.has(topic)) === true });
  });

  function open(): void {
    source = new EventSource(`/v1/changes?topics=${TOPICS.join(",")}`);
    source.onopen = () => {
      setConnection("live");
      // What happened while nobody listened was not told.
      if (missed) void client.invalidateQueries();
      missed = false;
    };
    source.onerror = () => {
      missed = true;
      setConnection("lost");
      // The browser tries again by itself, except after an answer that was no stream.
      if (source?.readyState !== EventSource.CLOSED) return;
      close();
      reopen = window.setTimeout(open, REOPEN_AFTER);
    };
    // So much changed, or so long ago, that single changes are not told.
    source.addEventListener("reset", () => void client.invalidateQueries());
    for (const topic of TOPICS) source.addEventListener(topic, () => told(topic));
  }

  function close(): void {
    window.clearTimeout(reopen);
    source?.close();
    source = undefined;
  }

  /** Over HTTP/1.1 a browser has six connections to a server: hidden tabs must not keep one each. */
  function followVisibility(): void {
    close();
    if (document.visibilityState === "visible") open();
    else {
      missed = true;
      setConnection("away");
    }
  }

  document.addEventListener("visibilitychange", followVisibility);
  followVisibility();
  return () => {
    document.removeEventListener("visibilitychange", followVisibility);
    close();
  };
}

function throttledTopics(tell: (topics: ReadonlySet<Topic>) => void): (topic: Topic) => void {
  let gathered = new Set<Topic>();
  let resting: number | undefined;
  function flush(): void {
    resting = undefined;
    if (gathered.size === 0) return;
    const topics = gathered;
    gathered = new Set();
    tell(topics);
    resting = window.setTimeout(flush, PAUSE);
  }
  return (topic) => {
    gathered.add(topic);
    if (resting === undefined) flush();
  };
}

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: { readonly topics?: readonly Topic[] };
  }
}
