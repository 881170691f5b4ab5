import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Button } from "./button.tsx";
import { type Column, DataTable } from "./data-table.tsx";
import { ErrorPanel } from "./error-panel.tsx";
import { Skeleton } from "./skeleton.tsx";

interface PagedTableProps<Row> {
  readonly label: string;
  /** Of `useInfiniteQuery(readPages(...))`. */
  readonly query: UseInfiniteQueryResult<readonly Row[]>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly isMarked?: (row: Row) => boolean;
  /** In place of a table without rows. */
  readonly empty: React.ReactNode;
}

/** A list of the API with a button for its next page. */
export function PagedTable<Row>({ query, empty, ...table }: PagedTableProps<Row>) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  if (data === undefined) return error === null ? <Skeleton /> : <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) return empty;
  return (
    <>
      <DataTable {...table} rows={data} />
      {hasNextPage ? (
        <div className="border-t border-line p-2 text-center">
          <Button look="bare" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? "Loading" : "Load more"}
          </Button>
        </div>
      ) : null}
    </>
  );
}
