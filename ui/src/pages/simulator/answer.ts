import type { ConditionState } from "../../api/schema.gen.ts";

export interface EventRef {
  readonly asset: string;
  readonly source: string;
  readonly id: string;
}

export interface SimulatedRun {
  readonly dag: string;
  readonly id: string;
  readonly at: string;
  readonly partition: string | null;
  readonly key: string;
  readonly events: readonly EventRef[];
  readonly cause: string;
  readonly status: string;
  readonly endedAt: string | null;
}

export interface LedgerEntry {
  readonly dag: string | null;
  readonly key: string | null;
  readonly event: EventRef;
  readonly fate: string;
  readonly why: string | null;
  readonly run: string | null;
  readonly at: string;
}

/** What `/v1/simulate` answers, and `headgate simulate` prints. */
export interface ScenarioResult {
  readonly runs: readonly SimulatedRun[];
  readonly ledger: readonly LedgerEntry[];
  readonly pending: readonly { readonly dag: string; readonly key: string; readonly events: readonly EventRef[]; readonly tree: ConditionState }[];
  readonly rejected: readonly { readonly at: string; readonly event: unknown; readonly code: string; readonly why: string }[];
  readonly warnings: readonly { readonly at: string; readonly code: string; readonly text: string }[];
  readonly next: string | null;
}

interface ComparedRun {
  readonly at: string;
  readonly key: string;
  readonly run?: string;
  readonly events: readonly EventRef[];
}

/** What `/v1/replay` answers: the runs that a condition would have started, beside those that it did. */
export interface ReplayReport {
  readonly dag: string;
  readonly since: string;
  readonly until: string;
  readonly events: number;
  readonly runsThen: number;
  readonly runsNow: number;
  readonly same: number;
  readonly onlyThen: readonly ComparedRun[];
  readonly onlyNow: readonly ComparedRun[];
  readonly otherEvents: readonly {
    readonly was: ComparedRun;
    readonly now: ComparedRun;
    readonly without: readonly EventRef[];
    readonly also: readonly EventRef[];
  }[];
  readonly moved: readonly { readonly was: ComparedRun; readonly now: ComparedRun }[];
  readonly unknown: readonly string[];
}
