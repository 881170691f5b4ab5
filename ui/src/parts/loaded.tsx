import type { UseQueryResult } from "@tanstack/react-query";
import { ErrorPanel } from "./error-panel.tsx";
import { Skeleton } from "./skeleton.tsx";

interface LoadedProps<Answer> {
  readonly query: UseQueryResult<Answer>;
  readonly rows?: number;
  readonly children: (answer: Answer) => React.ReactNode;
}

/** The answer of a read once it is there; before that a skeleton, or the error. An answer stays while a newer one cannot be had. @public */
export function Loaded<Answer>({ query, rows = 6, children }: LoadedProps<Answer>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton rows={rows} />;
}
