import type { Run } from "../../api/schema.gen.ts";

/** A DAG with its newest runs. */
export interface Activity {
  readonly dag: string;
  /** Oldest first. */
  readonly runs: readonly Run[];
  readonly last: Run;
}

/** The newest runs of each DAG, at most `most` of each; the DAG that ran last is the first. `runs` are newest first. */
export function activityOf(runs: readonly Run[], most: number): readonly Activity[] {
  const found = new Map<string, Run[]>();
  for (const run of runs) {
    const own = found.get(run.dag) ?? [];
    found.set(run.dag, own);
    if (own.length < most) own.push(run);
  }
  return [...found].flatMap(([dag, own]) => (own[0] === undefined ? [] : [{ dag, runs: [...own].reverse(), last: own[0] }]));
}
