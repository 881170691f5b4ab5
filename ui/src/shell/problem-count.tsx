import { useQuery } from "@tanstack/react-query";
import { openProblems } from "../api/open-problems.ts";

/** How many problems are open; nothing while there are none. */
export function ProblemCount() {
  const total = useQuery(openProblems()).data?.total ?? 0;
  if (total === 0) return null;
  return (
    <span className="rounded-sm bg-bad-soft px-1.5 font-mono text-2xs text-bad tabular-nums">
      {total.toLocaleString("en-US")}
      <span className="sr-only"> open</span>
    </span>
  );
}
