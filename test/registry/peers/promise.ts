import { expect, it } from "vitest";
import { type Dag, type Line, play } from "../play.ts";

/** What another scheduler promises, as a scenario: `says` is the promise in our words, `where` names its test or page. */
export interface Promised {
  readonly says: string;
  readonly where: string;
  readonly dags: Dag | readonly Dag[];
  readonly when: readonly Line[];
  /** Runs that start, as in `play`. */
  readonly starts: readonly string[];
  readonly assets?: readonly { readonly uri: string; readonly partitions?: object; readonly group?: string }[];
}

/** One test for each promise. */
export function keeps(promises: readonly Promised[]): void {
  it.each(promises)("$says ($where)", ({ dags, when, starts, assets = [] }) => {
    expect(play(dags, when, { assets }).started).toEqual(starts);
  });
}

/** An asset of `s3://lake` with partitions. */
export function sliced(name: string, partitions: object): { readonly uri: string; readonly partitions: object } {
  return { uri: `s3://lake/${name}`, partitions };
}
