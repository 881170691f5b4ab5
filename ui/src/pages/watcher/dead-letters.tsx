import { useInfiniteQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { DeadLetter } from "../../api/schema.gen.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { LoadMore } from "../../parts/load-more.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { Time } from "../../parts/time.tsx";

/** What a watcher could not understand: the reason, what was read, and the way to try again. */
export function DeadLetters({ watcher }: { readonly watcher: string }) {
  const letters = useInfiniteQuery(readPages<DeadLetter>(["watchers"], v1`/watchers/${watcher}/dead-letters`));
  const { data, error, refetch } = letters;
  const waiting = data?.filter(({ redeliveredAt, droppedAt }) => redeliveredAt === null && droppedAt === null) ?? [];
  return (
    <Panel
      title="Dead letters"
      padded={false}
      aside={
        waiting.length < 2 ? undefined : (
          <ForOperators>
            <ActButton
              label="Redrive all"
              title="Redrive all that wait"
              about="Each is made an event by the map of now, and published; what is still not understood stays."
              act={{ path: v1`/watchers/${watcher}/dead-letters/redrive`, body: { all: true } }}
            />
          </ForOperators>
        )
      }
    >
      {data !== undefined ? null : error === null ? <Skeleton rows={2} /> : <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 ? <p className="px-4 py-3 text-sm text-soft">It understood everything that it read.</p> : null}
      <ul className="divide-y divide-line">
        {data?.map((letter) => (
          <Letter key={letter.id} letter={letter} />
        ))}
      </ul>
      <LoadMore query={letters} />
    </Panel>
  );
}

function Letter({
  letter: { watcher, id, reason, raw, times, at, redeliveredAt, redeliveredBy, droppedAt, droppedBy, droppedWhy },
}: {
  readonly letter: DeadLetter;
}) {
  const isDone = redeliveredAt !== null || droppedAt !== null;
  const path = v1`/watchers/${watcher}/dead-letters`;
  return (
    <li className="px-4 py-2.5 text-sm">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-1">
        <div className="min-w-0 flex-1 basis-72">
          <p className={`break-words ${isDone ? "text-soft" : "text-bad"}`}>{reason}</p>
          <p className="text-xs text-soft">
            <span className="font-mono break-all">{id}</span>, read <Time at={at} />
            {times === 1 ? "" : `, ${times} times`}
            {redeliveredAt === null ? null : (
              <>
                ; redriven by {redeliveredBy} <Time at={redeliveredAt} />
              </>
            )}
            {droppedAt === null ? null : (
              <>
                ; dropped by {droppedBy} <Time at={droppedAt} />
                {droppedWhy === null ? "" : `: ${droppedWhy}`}
              </>
            )}
          </p>
        </div>
        {isDone ? null : (
          <span className="flex gap-1">
            <ForOperators>
              <ActButton
                look="bare"
                label="Redrive"
                title="Redrive this letter"
                about="It is made an event by the map of now, and published."
                act={{ path: `${path}/redrive`, body: { ids: [id] } }}
              />
              <ActButton
                look="bare"
                label="Drop"
                title="Drop this letter"
                about="It waits no longer. It stays in the store, with who dropped it and why."
                act={{ path: `${path}/drop`, body: { ids: [id] } }}
                needsReason
              />
            </ForOperators>
          </span>
        )}
      </div>
      <details className="mt-1 text-xs">
        <summary className="text-soft hover:text-ink">What was read</summary>
        <pre className="max-h-64 overflow-auto rounded bg-raised p-2 font-mono break-all whitespace-pre-wrap">{raw}</pre>
      </details>
    </li>
  );
}
