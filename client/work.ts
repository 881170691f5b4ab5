import { QUERIES, type Refusal, UPDATES } from "../core/registry-protocol.ts";
import type { Asked, BackfillPlan, BackfillRequest, RepairPlan, RepairRequest, WorkDetails, WorkSummary } from "../registry/index.ts";
import { accepted } from "./accepted.ts";

/** Backfills and repairs of a registry. What cannot be done throws `E_BACKFILL`, `E_PARTITION`, `E_DAG_UNKNOWN`, `E_ASSET_UNKNOWN` or `E_USAGE`. */
export interface WorkClient {
  /** Runs a DAG for slices of its partitions, `parallel` at a time. */
  backfill(request: BackfillRequest): Promise<WorkDetails>;
  /** Makes slices of an asset anew, and with `downstream` what is made from them. */
  repair(request: RepairRequest): Promise<WorkDetails>;
  /** What they would do. */
  planBackfill(request: BackfillRequest): Promise<BackfillPlan>;
  planRepair(request: RepairRequest): Promise<RepairPlan & { readonly parallel: number }>;
  /** Those under way, the newest first, then the last ones that are over. */
  list(): Promise<readonly WorkSummary[]>;
  /** Throws `E_BACKFILL_UNKNOWN`. */
  show(id: string): Promise<WorkDetails>;
  /** Nothing more of it starts; what runs goes on. Throws `E_BACKFILL_UNKNOWN`. */
  cancel(id: string, asked?: Omit<Asked, "request">): Promise<WorkDetails>;
}

export interface WorkCalls {
  query<T>(name: string, ...args: unknown[]): Promise<T>;
  update<T>(name: string, arg: unknown): Promise<T>;
}

export function workClient({ query, update }: WorkCalls): WorkClient {
  return {
    backfill: async (request) => accepted(await update<WorkDetails | Refusal>(UPDATES.backfill, request)),
    repair: async (request) => accepted(await update<WorkDetails | Refusal>(UPDATES.repair, request)),
    planBackfill: async (request) => accepted(await query<BackfillPlan | Refusal>(QUERIES.planBackfill, request)),
    planRepair: async (request) => accepted(await query<(RepairPlan & { readonly parallel: number }) | Refusal>(QUERIES.planRepair, request, Date.now())),
    list: () => query(QUERIES.backfills),
    show: async (id) => accepted(await query<WorkDetails | Refusal>(QUERIES.backfill, id)),
    cancel: async (id, asked = {}) => accepted(await update<WorkDetails | Refusal>(UPDATES.cancelBackfill, { id, ...asked })),
  };
}
