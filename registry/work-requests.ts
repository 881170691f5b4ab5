import type { PartitionDefinition } from "../core/condition.ts";
import { strictReader } from "../core/conditions/strict-json.ts";
import { HeadgateError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { checkKey, keysBetween } from "../core/partitions/partition-key.ts";
import type { Asked, BackfillOrder, WorkOrder } from "./orders.ts";
import { keyIsFree } from "./policies/concurrency.ts";
import type { Consumer, Registry } from "./registry.ts";
import { partitionsOf, planRepair, type RepairPlan } from "./repair-plan.ts";

/**
 * Slices as people name them: `"2026-01-01..2026-01-31"` (both included), `"eu,us"`, `"eu"`, a list of keys, or
 * `{ "from", "to" }`.
 */
export type SlicesRequest = string | readonly string[] | { readonly from: string; readonly to: string };

interface WorkRequest extends Asked {
  /** @default 1 */
  readonly parallel?: number;
  readonly params?: JsonObject;
}

export interface BackfillRequest extends WorkRequest {
  readonly dag: string;
  readonly partitions: SlicesRequest;
}

export interface RepairRequest extends WorkRequest {
  readonly asset: string;
  /** Left out for an asset without partitions. */
  readonly partitions?: SlicesRequest;
  /** Also what is made from it. @default false */
  readonly downstream?: boolean;
}

export interface BackfillPlan extends BackfillOrder {
  readonly dag: string;
  /** Keys that have a run now: they wait for its end. */
  readonly busy: readonly string[];
}

/** A backfill's keys are carried in the registry's state. */
const MOST_KEYS = 10_000;

const read = strictReader("E_USAGE");

/** Reads what anyone may have sent. @throws E_USAGE, E_DAG_UNKNOWN, E_BACKFILL, E_PARTITION */
export function readBackfill(registry: Registry, value: unknown): BackfillPlan {
  const given = read.object(value, "backfill", ["dag", "partitions", "parallel", "params", "by", "why", "request"]);
  const dag = read.text(given.dag, "backfill.dag");
  const consumer = registry.consumers.get(dag);
  if (consumer === undefined)
    throw new HeadgateError("E_DAG_UNKNOWN", `no deployed DAG is called ${dag}`, { hint: "`headgate dags list` shows what is deployed" });
  const definition = partitionsOf(consumer);
  if (definition === null) throw unpartitioned(consumer);
  const partitions = keysOf(definition, given.partitions, "backfill.partitions");
  return { dag, partitions, busy: partitions.filter((key) => !keyIsFree(consumer, key)), ...orderOf(given, "backfill") };
}

/** The same for a repair. @throws E_USAGE, E_ASSET_URI, E_ASSET_UNKNOWN, E_BACKFILL, E_PARTITION */
export function readRepair(registry: Registry, value: unknown, now: number): RepairPlan & WorkOrder {
  const given = read.object(value, "repair", ["asset", "partitions", "downstream", "parallel", "params", "by", "why", "request"]);
  const { asset, partition, declared, partitions } = registry.assets.resolve(read.text(given.asset, "repair.asset"));
  if (!declared) throw new HeadgateError("E_ASSET_UNKNOWN", `no deployed DAG names ${asset}`, { hint: "`headgate assets list` shows what is there" });
  const downstream = given.downstream === undefined ? false : read.flag(given.downstream, "repair.downstream");
  const named = given.partitions ?? partition ?? undefined;
  if (partitions === null && named !== undefined)
    throw new HeadgateError("E_BACKFILL", `${asset} has no partitions`, { hint: "leave the partition out, and it is made anew as a whole" });
  const keys = partitions === null ? [null] : keysOf(partitions, named, "repair.partitions");
  return { ...planRepair(registry, asset, keys, downstream, now), ...orderOf(given, "repair") };
}

function orderOf(given: { readonly [key: string]: unknown }, where: string): WorkOrder {
  const { parallel, params, by, why, request } = given;
  return {
    parallel: parallel === undefined ? 1 : read.whole(parallel, `${where}.parallel`, 1),
    ...(params === undefined ? {} : { params: read.object(params, `${where}.params`) as JsonObject }),
    ...(by === undefined ? {} : { by: read.text(by, `${where}.by`).slice(0, 200) }),
    ...(why === undefined ? {} : { why: read.text(why, `${where}.why`).slice(0, 500) }),
    ...(request === undefined ? {} : { request: read.text(request, `${where}.request`).slice(0, 200) }),
  };
}

function keysOf(definition: PartitionDefinition, value: unknown, where: string): readonly string[] {
  const keys = [...new Set(namedKeys(definition, value, where))];
  for (const key of keys) {
    const why = checkKey(definition, key);
    if (why !== null) throw new HeadgateError("E_PARTITION", `${where}: ${why}`, { where });
  }
  if (keys.length > MOST_KEYS)
    throw new HeadgateError("E_BACKFILL", `${where}: ${keys.length} keys, and at most ${MOST_KEYS} go at once`, { where, hint: "do it in several pieces" });
  return keys;
}

function namedKeys(definition: PartitionDefinition, value: unknown, where: string): readonly string[] {
  if (Array.isArray(value)) return read.list(value, where, 1).map((key, index) => read.text(key, `${where}[${index}]`));
  if (typeof value === "object" && value !== null) {
    const { from, to } = read.object(value, where, ["from", "to"]);
    return between(definition, read.text(from, `${where}.from`), read.text(to, `${where}.to`), where);
  }
  const text = read.text(value, where);
  if (checkKey(definition, text) === null && !text.includes("..") && !text.includes(",")) return [text];
  const [from, to, ...more] = text.split("..");
  if (from !== undefined && to !== undefined && more.length === 0) return between(definition, from, to, where);
  return text.split(",").map((key) => key.trim());
}

function between(definition: PartitionDefinition, from: string, to: string, where: string): readonly string[] {
  try {
    return keysBetween(definition, from, to, MOST_KEYS);
  } catch (error) {
    if (!HeadgateError.is(error)) throw error;
    throw new HeadgateError(error.code, `${where}: ${error.message}`, { where, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
}

function unpartitioned({ dag, condition }: Consumer): HeadgateError {
  const why = condition === null ? "it has no condition" : "no asset of its condition gives it partitions";
  return new HeadgateError("E_BACKFILL", `${dag} has no partitions to run: ${why}`, {
    hint: `\`headgate dags run ${dag} --partition <key>\` starts a run by hand`,
  });
}
