import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { v1 } from "../../api/client.ts";
import { PROBLEM_STATUS, PROBLEM_TOPICS } from "../../api/open-problems.ts";
import { readPages } from "../../api/read.ts";
import type { OpenProblem } from "../../api/schema.gen.ts";
import type { Column } from "../../parts/data-table.tsx";
import { Empty } from "../../parts/empty.tsx";
import { Filters } from "../../parts/filters.tsx";
import { RunLink, SubjectLink } from "../../parts/names.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { PagedTable } from "../../parts/paged-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Status } from "../../parts/status.tsx";
import { Time } from "../../parts/time.tsx";
import { Told } from "./told.tsx";

const KINDS = Object.entries(PROBLEM_STATUS).map(([value, text]) => ({ value, text }));

/** What to do about each, as the next sentence after what happened. */
const TODO: Readonly<Record<OpenProblem["kind"], string>> = {
  "run-failed": "Rerun what failed, or mark the run if somebody did its work by hand.",
  "asset-stale": "See what updates it, and why that did not run.",
  "dag-quarantined": "Deploy a condition that can be evaluated; its events stay pending.",
  "dag-looping": "Break the circle, then resume it.",
  "watcher-stopped": "Put right what it met, or reset its position; then resume it.",
  "dead-letters": "Correct its map and redrive them, or drop them.",
  "events-quarantined": "On the page of the asset: release what is right all the same, and drop the rest.",
};

const COLUMNS: readonly Column<OpenProblem>[] = [
  { title: "State", cell: ({ kind }) => <Status status={PROBLEM_STATUS[kind]} />, className: "w-32 align-top" },
  { title: "What is wrong", cell: (problem) => <What problem={problem} />, className: "min-w-56 max-w-2xl" },
  { title: "Since", cell: ({ since }) => <Time at={since} />, className: "w-28 align-top" },
  { title: "Told", from: "md", cell: ({ told }) => <Told told={told} />, className: "align-top" },
  { title: "Owner", from: "lg", cell: ({ owner }) => owner, className: "align-top" },
  { title: "Project", from: "lg", cell: ({ project }) => project, className: "align-top" },
];

/** What is wrong now, until it is over, with the way to each thing and who was told of it. */
export function ProblemsPage() {
  const filter = useSearch({ from: "/problems" });
  const problems = useInfiniteQuery(readPages<OpenProblem>(PROBLEM_TOPICS, v1`/problems`, filter));
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <PageHeader title="Problems" about="What is wrong now. Each stays until it is over; notify in the config file says who is told." />
      <Filters
        values={filter}
        fields={[
          { name: "kind", label: "State", kind: "choice", options: KINDS },
          { name: "owner", label: "Owner", kind: "text" },
          { name: "project", label: "Project", kind: "text" },
        ]}
      />
      <Panel padded={false}>
        <PagedTable
          label="Problems"
          query={problems}
          columns={COLUMNS}
          rowKey={({ kind, subject }) => `${kind} ${subject}`}
          empty={
            isFiltered ? (
              <Empty title="No problem is like that">Change the filters, or clear them.</Empty>
            ) : (
              <Empty title="Nothing is wrong">
                Failed runs, stale assets, quarantined and looping DAGs, stopped watchers and dead letters stand here, each until it is over.
              </Empty>
            )
          }
        />
      </Panel>
    </>
  );
}

function What({ problem: { kind, about, subject, count, detail, run } }: { readonly problem: OpenProblem }) {
  return (
    <div className="leading-snug">
      <p>
        <SubjectLink about={about} subject={subject} />
        {count > 1 ? (
          <span className="ml-2 text-soft tabular-nums">
            {count.toLocaleString("en-US")} {kind === "run-failed" ? "keys" : "letters"}
          </span>
        ) : null}
        {run === null ? null : (
          <span className="ml-2 text-xs">
            <span className="text-soft">last</span> <RunLink run={run} />
          </span>
        )}
      </p>
      {detail === null ? null : (
        <p className="line-clamp-2 text-xs break-words" title={detail}>
          {detail.split("\n")[0]}
        </p>
      )}
      <p className="text-xs text-soft">{TODO[kind]}</p>
    </div>
  );
}
