import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { type Column, DataTable } from "./data-table.tsx";
import { ErrorPanel } from "./error-panel.tsx";
import { LoadMore } from "./load-more.tsx";
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
  const { data, error, refetch } = query;
  if (data === undefined) return error === null ? <Skeleton /> : <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) return empty;
  return (
    <>
      <DataTable {...table} rows={data} />
      <LoadMore query={query} />
    </>
  );
}
