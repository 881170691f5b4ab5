import { useInfiniteQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { Watcher } from "../../api/schema.gen.ts";
import type { Column } from "../../parts/data-table.tsx";
import { Code, Empty } from "../../parts/empty.tsx";
import { AssetLink, WatcherLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { durationText, spanText } from "../../parts/time-text.ts";
import { rateText } from "./rate-text.ts";
import { errorOf, statusOf } from "./status-of.ts";

const COLUMNS: readonly Column<Watcher>[] = [
  { title: "Watcher", cell: (view) => <NameAndError view={view} />, className: "min-w-48 max-w-lg" },
  { title: "Status", cell: (view) => <Status status={statusOf(view)} />, className: "w-36" },
  {
    title: "Publishes",
    from: "lg",
    cell: ({ deployed }) => (deployed === null ? <span className="text-soft">not deployed</span> : <AssetLink asset={deployed.publishes} />),
  },
  { title: "Looks every", from: "md", cell: ({ deployed }) => (deployed === null ? null : durationText(deployed.every)) },
  { title: "Last event", cell: ({ live, stored }) => <LastAt at={live?.publishedAt ?? stored?.sentAt ?? null} /> },
  { title: "Lag", align: "right", from: "md", cell: ({ live }) => (live?.lag === undefined ? null : spanText(live.lag)) },
  { title: "Events/s", align: "right", from: "lg", cell: ({ live }) => (live?.throughput === undefined ? null : rateText(live.throughput)) },
  { title: "Unsent", align: "right", from: "sm", cell: ({ stored }) => <Some value={stored?.unsent ?? 0} look="text-warn" /> },
  { title: "Dead letters", align: "right", cell: ({ stored }) => <Some value={stored?.deadLetters ?? 0} look="text-bad font-medium" /> },
];

/** All watchers: whether they run, how far they are behind, and what they could not understand. */
export function WatchersPage() {
  const watchers = useInfiniteQuery(readPages<Watcher>(["watchers", "events"], v1`/watchers`));
  return (
    <>
      <PageHeader title="Watchers" about="What notices changes outside, and publishes them as events." />
      <Panel padded={false}>
        <PagedTable
          label="Watchers"
          query={watchers}
          columns={COLUMNS}
          rowKey={({ watcher }) => watcher}
          isMarked={(view) => statusOf(view) === "stopped"}
          empty={
            <Empty title="No watcher is deployed">
              Write one with <Code>watch(id, source, {"{ publishes }"})</Code>, and deploy it.
            </Empty>
          }
        />
      </Panel>
    </>
  );
}

function NameAndError({ view }: { readonly view: Watcher }) {
  const error = errorOf(view);
  return (
    <div className="leading-snug">
      <WatcherLink watcher={view.watcher} /> <span className="text-xs text-soft">{view.deployed?.source ?? view.stored?.source}</span>
      {error === null ? null : (
        <p className="line-clamp-1 text-xs break-all text-bad" title={error.text}>
          {error.text}
        </p>
      )}
    </div>
  );
}

function LastAt({ at }: { readonly at: string | null }) {
  return at === null ? <span className="text-soft">none yet</span> : <Time at={at} />;
}

/** A number that is worth a look unless it is zero. */
function Some({ value, look }: { readonly value: number; readonly look: string }) {
  return value === 0 ? null : <span className={look}>{value.toLocaleString("en-US")}</span>;
}
