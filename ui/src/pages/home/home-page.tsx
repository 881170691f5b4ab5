import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { openProblems } from "../../api/open-problems.ts";
import { type Page, read, readPages } from "../../api/read.ts";
import type { Run } from "../../api/schema.gen.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Panel } from "../../parts/panel.tsx";
import { DagActivity } from "./dag-activity.tsx";
import { Figures } from "./figures.tsx";
import { NewestEvents } from "./newest-events.tsx";
import { Troubles } from "./troubles.tsx";
import { type DagState, troublesOf, type WatcherState } from "./troubles-of.ts";

/** The most that one answer holds: what is beyond is said as `200+`. */
const MOST = 200;

/** What the data is doing now, and what needs a look. */
export function HomePage() {
  const running = useQuery(read<Page<Run>>(["runs"], v1`/runs`, { status: "running", limit: MOST }));
  const newest = useInfiniteQuery(readPages<Run>(["runs"], v1`/runs`, { limit: MOST }));
  const dags = useQuery(read<Page<DagState>>(["dags", "runs"], v1`/dags`, { limit: MOST }));
  const watchers = useQuery(read<Page<WatcherState>>(["watchers"], v1`/watchers`, { limit: MOST }));
  const problems = useQuery(openProblems());
  const troubles = problems.data === undefined ? undefined : troublesOf(problems.data.items, dags.data?.items ?? [], watchers.data?.items ?? []);
  return (
    <>
      <PageHeader title="Overview" />
      <Figures
        running={running.data}
        newest={newest.data}
        hasOlder={newest.hasNextPage}
        dags={dags.data?.items}
        watchers={watchers.data?.items}
        problems={problems.data}
      />
      <div className="mt-4 grid gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid min-w-0 content-start gap-4">
          <Panel
            title="DAGs"
            padded={false}
            aside={
              <>
                newest runs, the last one at the right
                <More to="/dags" text="All DAGs" />
              </>
            }
          >
            <DagActivity runs={newest} />
          </Panel>
          <Panel title="What changed" padded={false} aside={<More to="/events" text="All events" />}>
            <NewestEvents />
          </Panel>
        </div>
        {/* In one column what needs a look comes first. */}
        <div className="grid min-w-0 content-start gap-4 max-xl:order-first">
          <Panel
            title="Needs a look"
            padded={false}
            aside={problems.data === undefined || problems.data.total === 0 ? undefined : <More to="/problems" text="All problems" />}
          >
            <Troubles troubles={troubles} error={problems.error} />
          </Panel>
        </div>
      </div>
    </>
  );
}

function More({ to, text }: { readonly to: "/dags" | "/events" | "/problems"; readonly text: string }) {
  return (
    <Link to={to} className="text-accent hover:underline">
      {text}
    </Link>
  );
}
