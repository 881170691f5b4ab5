import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, type QueryValues } from "./client.ts";

/** What can change. The stream of changes names one with each hint. */
export const TOPICS = ["runs", "tasks", "events", "assets", "watchers", "dags", "operations"] as const;
export type Topic = (typeof TOPICS)[number];

/** One page of a list. `next` is where the next one begins; null on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** One read of the API for `useQuery`. While it is shown it is read again whenever one of its topics changes. */
export function read<Answer>(topics: readonly Topic[], path: string, query: QueryValues = {}) {
  return queryOptions({
    queryKey: [path, query] as const,
    queryFn: ({ signal }) => get<Answer>(path, query, signal),
    meta: { topics },
  });
}

/** A list of the API for `useInfiniteQuery`, a page at a time, read again as `read` is. */
export function readPages<Item>(topics: readonly Topic[], path: string, query: QueryValues = {}) {
  return infiniteQueryOptions({
    queryKey: [path, query, "pages"] as const,
    queryFn: ({ signal, pageParam }) => get<Page<Item>>(path, { limit: 50, ...query, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    // A list keeps its rows while a filter is typed; those of another thing must never stand under this one's name.
    placeholderData: (before, query) => (query?.queryKey[0] === path ? before : undefined),
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    meta: { topics },
  });
}
