import type { WorkOrder } from "./orders.ts";
import type { Registry } from "./registry.ts";
import { metRequest, noteRequest } from "./requests.ts";
import { nextNumber } from "./shard.ts";
import type { AskedWork, Trouble } from "./state.ts";

const MOST_TROUBLES = 20;

/** The backfill or repair that a request was answered with before; undefined for a new one. */
export function metWork({ state }: Registry, { request }: WorkOrder): string | undefined {
  return metRequest(state, request)?.work;
}

/** The common part of a new backfill or repair; it leaves a fact of who and why. */
export function openWork(registry: Registry, kind: "backfill" | "repair", of: string, order: WorkOrder, now: number): AskedWork {
  const { state, ledger } = registry;
  state.counters.work = nextNumber(state, state.counters.work ?? 0);
  const id = `${kind}-${state.epoch}-${state.counters.work}`;
  const { parallel, params, by = null, why = null, request = null } = order;
  noteRequest(state, order.request, now).work = id;
  ledger.write("operation", { operation: kind, dag: kind === "backfill" ? of : null, key: null, by, why, request, events: 0 });
  return { id, parallel, openedAt: now, by, why, ...(params === undefined ? {} : { params }) };
}

export function noteTrouble(troubles: Trouble[], trouble: Trouble): void {
  if (troubles.length < MOST_TROUBLES) troubles.push({ ...trouble, why: trouble.why.slice(0, 300) });
}
