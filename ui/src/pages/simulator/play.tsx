import type { UseMutationResult } from "@tanstack/react-query";
import { Empty } from "../../parts/empty.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { Panel } from "../../parts/panel.tsx";

interface PlayProps<Answer, Asked> {
  /** What is typed and chosen. */
  readonly input: React.ReactNode;
  readonly played: Pick<UseMutationResult<Answer, Error, Asked>, "data" | "error">;
  /** While nothing is played: what is not there, and what to do. */
  readonly none: { readonly title: string; readonly todo: React.ReactNode };
  readonly children: (answer: Answer) => React.ReactNode;
}

/** What is played at the left, what comes of it at the right. */
export function Play<Answer, Asked>({ input, played: { data, error }, none, children }: PlayProps<Answer, Asked>) {
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(24rem,2fr)_minmax(0,3fr)]">
      {input}
      <div className="min-w-0 space-y-4" aria-live="polite">
        {error === null ? null : <ErrorPanel error={error} />}
        {data !== undefined ? (
          children(data)
        ) : error === null ? (
          <Panel>
            <Empty title={none.title}>{none.todo}</Empty>
          </Panel>
        ) : null}
      </div>
    </div>
  );
}
