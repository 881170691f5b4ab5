import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { WatcherDetails } from "../../api/schema.gen.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { DeadLetters } from "./dead-letters.tsx";
import { Resets } from "./resets.tsx";
import { errorOf, statusOf } from "./status-of.ts";
import { WatcherActions } from "./watcher-actions.tsx";
import { Health, Position } from "./watcher-facts.tsx";

/** One watcher: what is wrong first, then how it does, where it stands, and what it could not understand. */
export function WatcherPage() {
  const { watcher } = useParams({ from: "/watchers/$watcher" });
  const view = useQuery(read<WatcherDetails>(["watchers", "events"], v1`/watchers/${watcher}`));
  return <Loaded query={view}>{(found) => <FoundWatcher view={found} />}</Loaded>;
}

function FoundWatcher({ view }: { readonly view: WatcherDetails }) {
  const { watcher, deployed, live, stored } = view;
  const status = statusOf(view);
  const error = errorOf(view);
  return (
    <>
      <PageHeader
        title={watcher}
        kind={`Watcher of ${deployed?.source ?? stored?.source ?? "a source"}`}
        state={<Status status={status} />}
        about={live?.paused === undefined ? undefined : <PausedText paused={live.paused} />}
        actions={<WatcherActions watcher={watcher} status={status} />}
      />
      {error === null ? null : (
        <section aria-label="What is wrong" className="mb-4 rounded-lg border border-bad/40 bg-bad-soft px-4 py-3 text-sm">
          <p className="font-medium break-words text-bad">{error.text}</p>
          <p className="mt-1">
            {status === "stopped"
              ? "It stopped rather than lose events: put right what is wrong, or reset its position; then resume it. "
              : "It tries again by itself. "}
            {error.code === null ? null : <span className="font-mono text-xs text-soft">{error.code}</span>}
          </p>
        </section>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel title="Health">
          <Health view={view} />
        </Panel>
        <Panel title="Position">
          <Position view={view} />
        </Panel>
      </div>
      <div className="mt-4 space-y-4">
        <DeadLetters watcher={watcher} />
        <Resets resets={stored?.resets ?? []} />
      </div>
    </>
  );
}

function PausedText({ paused: { by, at, why } }: { readonly paused: { readonly by: string; readonly at: string; readonly why?: string } }) {
  return (
    <>
      Paused by {by} <Time at={at} />
      {why === undefined ? "" : `: ${why}`}
    </>
  );
}
