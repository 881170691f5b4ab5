import { defineQuery, defineUpdate, setHandler } from "@temporalio/workflow";
import { strictReader } from "../core/conditions/strict-json.ts";
import { HeadgateError } from "../core/errors.ts";
import { isRecord } from "../core/json.ts";
import { QUERIES, type Refusal, UPDATES } from "../core/registry-protocol.ts";
import {
  listWork,
  type Registry,
  type RegistryInput,
  readBackfill,
  readRepair,
  type StepResult,
  showWork,
  type WorkDetails,
  type WorkInput,
} from "../registry/index.ts";
import { refusalOf, unlessRefused } from "./refusal.ts";
import type { Shards } from "./registry-shards.ts";

export interface WorkDesk {
  /** Answers the updates whose inputs were stepped. */
  answer(work: StepResult["work"]): void;
}

const read = strictReader("E_USAGE");

/**
 * Backfills and repairs, as updates and queries that any Temporal client can send. What is wrong with one is its answer: it must
 * never fail the workflow, and is read before it becomes an input.
 */
export function serveWork(
  registry: () => Registry,
  untilOpen: () => Promise<void>,
  shards: Shards,
  ask: (input: RegistryInput, isThere: () => boolean) => Promise<void>,
): WorkDesk {
  const ids = new Map<WorkInput, string | null>();

  async function order(readInput: () => WorkInput): Promise<WorkDetails | Refusal> {
    await untilOpen();
    const input = unlessRefused(readInput);
    if ("ok" in input) return input;
    await ask(input, () => ids.has(input));
    const id = ids.get(input) ?? null;
    ids.delete(input);
    if (id !== null) return detailsOf(id);
    if (input.kind === "cancel") return detailsOf(input.work);
    return refusalOf(new HeadgateError("E_DAG_UNKNOWN", "a deploy removed the DAG at this very moment"));
  }
  function detailsOf(id: string): WorkDetails | Refusal {
    return showWork(registry(), id) ?? refusalOf(unknownWork(id));
  }

  /** An order about one DAG goes to its shard. */
  function atHome(update: string, request: unknown, here: () => Promise<unknown>): Promise<unknown> {
    const dag = dagOf(request);
    return (dag === undefined ? undefined : shards.elsewhere(update, dag, request)) ?? here();
  }
  async function cancel(request: unknown): Promise<unknown> {
    const reply = await order(() => cancelOf(request));
    if (!("code" in reply) || reply.code !== "E_BACKFILL_UNKNOWN") return reply;
    return (await shards.anywhere(UPDATES.cancelBackfill, request)) ?? reply;
  }
  setHandler(
    defineUpdate<unknown, [unknown]>(UPDATES.backfill),
    (request) => atHome(UPDATES.backfill, request, () => order(() => ({ kind: "backfill", ...readBackfill(registry(), request) }))),
    {
      description: "Run a DAG for slices of its partitions, some at a time",
    },
  );
  setHandler(
    defineUpdate<unknown, [unknown]>(UPDATES.repair),
    (request) => shards.refused("a repair") ?? order(() => ({ kind: "repair", ...readRepair(registry(), request, Date.now()) })),
    {
      description: "Make slices of an asset anew, and what is made from them, each once",
    },
  );
  setHandler(defineUpdate<unknown, [unknown]>(UPDATES.cancelBackfill), cancel, {
    description: "Start nothing more of a backfill or repair",
  });
  setHandler(defineQuery(QUERIES.backfills), () => shards.answer(() => listWork(registry())));
  setHandler(defineQuery<unknown, [string]>(QUERIES.backfill), (id) => shards.answer(() => detailsOf(id)));
  setHandler(defineQuery<unknown, [unknown]>(QUERIES.planBackfill), (request) =>
    shards.answer(() => unlessRefused(() => readBackfill(registry(), request)), dagOf(request)),
  );
  setHandler(
    defineQuery<unknown, [unknown, number?]>(QUERIES.planRepair),
    (request, now = Date.now()) => shards.refused("a repair") ?? unlessRefused(() => readRepair(registry(), request, now)),
  );

  return {
    answer: (answers) => {
      for (const { input, id } of answers) ids.set(input, id);
    },
  };
}

function cancelOf(given: unknown): WorkInput {
  const { id, by, why } = read.object(given, "cancelBackfill", ["id", "by", "why"]);
  return {
    kind: "cancel",
    work: read.text(id, "cancelBackfill.id"),
    ...(by === undefined ? {} : { by: read.text(by, "cancelBackfill.by") }),
    ...(why === undefined ? {} : { why: read.text(why, "cancelBackfill.why") }),
  };
}

function dagOf(request: unknown): string | undefined {
  return isRecord(request) && typeof request.dag === "string" ? request.dag : undefined;
}

function unknownWork(id: string): HeadgateError {
  const hint = "`headgate backfills list` shows what is under way, and the last ones that are over";
  return new HeadgateError("E_BACKFILL_UNKNOWN", `no backfill or repair is called ${id}`, { hint });
}
