import { Link } from "@tanstack/react-router";
import type { Run } from "../../api/schema.gen.ts";
import { RunLink } from "../../parts/names.tsx";
import { Time, Took } from "../../parts/time.tsx";

/** When, for what and why a run ran, in one line that wraps. */
export function RunSummary({ details }: { readonly details: Run & { readonly key: string } }) {
  const { startedAt, endedAt, partition, key, cause, status, events } = details;
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Started", <Time key="at" at={startedAt} form="local" />],
    [endedAt === null ? "Runs for" : "Took", <Took key="took" from={startedAt} to={endedAt} />],
    ["Partition", partition],
    ["Key", key === "" || key === partition ? null : key],
    ["Cause", <CauseText key="cause" cause={cause} />],
    ["Events taken", status === "queued" ? null : events.toLocaleString("en-US")],
  ];
  return (
    <dl className="mb-4 flex flex-wrap gap-x-8 gap-y-2 text-sm">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-soft">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What a run came of, as a sentence's part. */
export function CauseText({ cause: { kind, text } }: { readonly cause: Run["cause"] }) {
  if (kind === "rerun") {
    return (
      <>
        repeats <RunLink run={text} />
      </>
    );
  }
  if (kind === "backfill" || kind === "repair") {
    return (
      <>
        {kind}{" "}
        <Link to="/runs" search={{ work: text }} className="font-mono text-[0.92em] hover:text-accent hover:underline">
          {text}
        </Link>
      </>
    );
  }
  return <span className="break-words">{text}</span>;
}
