import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Button } from "./button.tsx";

interface LoadMoreProps {
  /** Of `useInfiniteQuery(readPages(...))`. */
  readonly query: Pick<UseInfiniteQueryResult, "hasNextPage" | "fetchNextPage" | "isFetchingNextPage">;
}

/** Below a list that came in pages, while there are more of them. */
export function LoadMore({ query: { hasNextPage, fetchNextPage, isFetchingNextPage } }: LoadMoreProps) {
  if (!hasNextPage) return null;
  return (
    <div className="border-t border-line p-2 text-center">
      <Button look="bare" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {isFetchingNextPage ? "Loading" : "Load more"}
      </Button>
    </div>
  );
}
