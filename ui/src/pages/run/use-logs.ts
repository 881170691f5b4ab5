import { type QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { get, type QueryValues, v1 } from "../../api/client.ts";
import type { Page } from "../../api/read.ts";
import type { LogLine } from "../../api/schema.gen.ts";

export interface LogFilter {
  readonly task?: string | undefined;
  readonly attempt?: string | undefined;
  readonly level?: string | undefined;
}

/** Lines that are kept for the eye; `headgate runs logs` has all. */
export const MOST_LINES = 5_000;
/** How often a run that goes on is asked for more where no change was told, in milliseconds. */
const LIVE = 2_000;
const A_PAGE = 1_000;

/** The lines that a run wrote. While it runs, only what is new is read. */
export function useLogs(run: string, filter: LogFilter, isLive: boolean): UseQueryResult<readonly LogLine[]> {
  const path = v1`/runs/${run}/logs`;
  return useQuery({
    queryKey: [path, filter],
    queryFn: ({ client, queryKey, signal }) => readNewLines(client, queryKey, path, { ...filter }, signal),
    refetchInterval: isLive ? LIVE : false,
    meta: { topics: ["tasks", "runs"] },
  });
}

async function readNewLines(client: QueryClient, key: readonly unknown[], path: string, filter: QueryValues, signal: AbortSignal): Promise<readonly LogLine[]> {
  const before = client.getQueryData<readonly LogLine[]>(key) ?? [];
  const since = before.at(-1)?.at;
  const known = new Set(before.filter(({ at }) => at === since).map(nameOf));
  const found: LogLine[] = [...before];
  let cursor: string | null | undefined;
  do {
    const page: Page<LogLine> = await get(path, { ...filter, since, cursor: cursor ?? undefined, limit: A_PAGE }, signal);
    // Those of the last instant come again: others of it may have come since.
    found.push(...page.items.filter((line) => !known.has(nameOf(line))));
    cursor = page.next;
  } while (cursor !== null && found.length < 2 * MOST_LINES);
  return found.slice(-MOST_LINES);
}

function nameOf({ task, attempt, line }: LogLine): string {
  return `${task} ${attempt} ${line}`;
}
