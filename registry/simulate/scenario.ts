import type { Catalog, CatalogAsset } from "../../core/catalog.ts";
import type { ConditionNode } from "../../core/condition.ts";
import { parseCondition } from "../../core/conditions/condition-schema.ts";
import { POLICY_KEYS, parsePolicy } from "../../core/conditions/policy-schema.ts";
import { type StrictReader, strictReader } from "../../core/conditions/strict-json.ts";
import { HeadgateError } from "../../core/errors.ts";
import { readFreshness } from "../../core/freshness.ts";
import { contentHash } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { parsePartitions } from "../../core/partitions/partition-definition.ts";
import type { Plan } from "../../core/plan.ts";
import type { Policy } from "../../core/policy.ts";
import type { EndStatus } from "../../core/run.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { parseInstant } from "../../core/time/time.ts";
import { parseTemplate } from "../../core/uri/template.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import { refuseDeepScenario } from "./scenario-depth.ts";

/** What a simulated run does. */
export interface RunScript {
  /** Milliseconds; null is until `finish`. */
  readonly duration: number | null;
  readonly outcome: EndStatus;
  readonly outlets: readonly Outlet[];
}

export interface Outlet {
  readonly asset: string;
  readonly partition?: string | null;
  readonly data?: JsonObject;
}

/** What one `register` of a scenario brings. */
export interface Deploy {
  readonly catalog: Catalog;
  /** The n-th entry is for the n-th run of a DAG, the last one for all later runs. */
  readonly scripts: ReadonlyMap<string, readonly RunScript[]>;
  /** Where each DAG stands, for errors. */
  readonly paths: ReadonlyMap<string, string>;
}

export type Action =
  | { readonly kind: "none" }
  | { readonly kind: "event"; readonly events: readonly unknown[] }
  | { readonly kind: "pause" | "resume"; readonly dag: string }
  | { readonly kind: "finish"; readonly dag: string; readonly run: number; readonly outcome: EndStatus }
  | { readonly kind: "register"; readonly deploy: Deploy }
  | { readonly kind: "start"; readonly dag: string; readonly partition: string | null; readonly params: JsonObject | undefined }
  | {
      readonly kind: "backfill";
      readonly dag: string;
      readonly partitions: readonly string[] | { readonly from: string; readonly to: string };
      readonly parallel: number;
    }
  /** As the update of the registry takes it; read when its time has come. */
  | { readonly kind: "repair"; readonly request: { readonly [key: string]: unknown } };

export interface Entry {
  readonly at: number;
  readonly action: Action;
  /** `timeline[3]` */
  readonly path: string;
}

export interface Scenario {
  readonly deploy: Deploy;
  readonly start: number;
  readonly timeline: readonly Entry[];
}

const read: StrictReader = strictReader("E_SCENARIO");
const OUTCOMES = ["succeeded", "failed", "cancelled"] as const;
const ACTIONS = ["event", "pause", "resume", "finish", "register", "start", "backfill", "repair"] as const;

/** Reads a scenario strictly. @throws E_SCENARIO with the path of what is wrong; nothing else. */
export function parseScenario(value: unknown): Scenario {
  return asScenarioError(() => {
    refuseDeepScenario(value);
    const given = read.object(value, "scenario", ["$schema", "assets", "dags", "timeline", "start"]);
    const deploy = parseDeploy({ assets: given.assets, dags: given.dags }, "", 1);
    const known = new Set(deploy.paths.keys());
    const timeline = (given.timeline === undefined ? [] : read.list(given.timeline, "timeline", 0)).map((entry, index) =>
      parseEntry(entry, `timeline[${index}]`, known, index + 2),
    );
    const start = given.start === undefined ? undefined : parseAt(given.start, "start");
    timeline.reduce((before, entry) => {
      if (entry.at < before) read.refuse(`${entry.path}.at`, "it is earlier than the entry before it, or than start");
      return entry.at;
    }, start ?? Number.NEGATIVE_INFINITY);
    return { deploy, start: start ?? timeline[0]?.at ?? 0, timeline };
  });
}

/** Everything that is wrong with a scenario is one kind of error, with the path in it. `rename` turns places inside into paths. */
export function asScenarioError<T>(make: () => T, rename: (where: string) => string = (where) => where): T {
  try {
    return make();
  } catch (error) {
    if (!HeadgateError.is(error) || error.code === "E_SCENARIO") throw error;
    const where = error.where === undefined ? undefined : rename(error.where);
    const message = where === undefined || error.message.includes(where) ? error.message : `${where}: ${error.message}`;
    throw new HeadgateError("E_SCENARIO", message, {
      cause: error,
      ...(where === undefined ? {} : { where }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** `prefix` is where the lists stand: empty, or `timeline[4].register.`. */
function parseDeploy(given: { readonly assets: unknown; readonly dags: unknown }, prefix: string, revision: number): Deploy {
  const assets =
    given.assets === undefined ? [] : read.list(given.assets, `${prefix}assets`, 0).map((asset, index) => parseAsset(asset, `${prefix}assets[${index}]`));
  assets.forEach((asset, index) => {
    if (assets.findIndex((other) => other.uri === asset.uri) !== index)
      read.refuse(`${prefix}assets[${index}].uri`, `${asset.uri} is defined twice: two spellings of one URI are one asset`);
  });
  const scripts = new Map<string, readonly RunScript[]>();
  const paths = new Map<string, string>();
  const dags = (given.dags === undefined ? [] : read.list(given.dags, `${prefix}dags`, 0)).map((dag, index) => {
    const path = `${prefix}dags[${index}]`;
    const { plan, runs } = parseDag(dag, path);
    if (paths.has(plan.dag)) read.refuse(`${path}.id`, `there are two DAGs ${JSON.stringify(plan.dag)}`);
    paths.set(plan.dag, path);
    scripts.set(plan.dag, runs);
    return { hash: contentHash(plan as unknown as Json), plan };
  });
  const catalog = { project: "scenario", taskQueue: "scenario", assets, dags, watchers: [] };
  return { catalog: { ...catalog, hash: `${revision}` }, scripts, paths };
}

function parseAsset(value: unknown, where: string): CatalogAsset {
  const given = read.object(value, where, ["uri", "group", "partitions", "freshness"]);
  const partitions = given.partitions === undefined ? undefined : parsePartitions(given.partitions, `${where}.partitions`);
  const uri = read.text(given.uri, `${where}.uri`);
  const template = at(`${where}.uri`, () => parseTemplate(uri, partitions));
  const freshness = given.freshness === undefined ? undefined : readFreshness(given.freshness, `${where}.freshness`);
  const groups =
    given.group === undefined
      ? []
      : typeof given.group === "string"
        ? [given.group]
        : read.list(given.group, `${where}.group`, 1).map((group, index) => read.text(group, `${where}.group[${index}]`));
  return {
    uri: template.identity,
    ...(template.template === undefined ? {} : { template: template.template }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(freshness === undefined ? {} : { freshness }),
    schema: false,
    tags: [],
    meta: {},
  };
}

function parseDag(value: unknown, where: string): { readonly plan: Plan; readonly runs: readonly RunScript[] } {
  const { id, on, runs, ...rest } = read.object(value, where, ["id", "on", "runs", ...POLICY_KEYS]);
  const dag = read.text(id, `${where}.id`);
  if (!/^[\w.-]{1,200}$/.test(dag) || dag === "__proto__")
    read.refuse(`${where}.id`, `${JSON.stringify(dag)} is no id`, "letters, digits, dots, dashes and underscores");
  const condition: ConditionNode | null = on === undefined || on === null ? null : parseCondition(on, `${where}.on`);
  const policy: Policy = parsePolicy(rest, where);
  const scripts = parseRuns(runs, `${where}.runs`);
  const outlets = [...new Set(scripts.flatMap((script) => script.outlets.map((outlet) => normalizeUri(outlet.asset))))].map((asset) => ({
    asset,
    schema: false,
  }));
  return { plan: { version: 1, dag, tags: [], meta: {}, on: condition, policy, tasks: [], outlets, params: null }, runs: scripts };
}

function parseRuns(value: unknown, where: string): readonly RunScript[] {
  if (value === undefined) return [parseRun({}, where)];
  return Array.isArray(value) ? read.list(value, where, 1).map((run, index) => parseRun(run, `${where}[${index}]`)) : [parseRun(value, where)];
}

function parseRun(value: unknown, where: string): RunScript {
  const { duration, outcome, outlets } = read.object(value, where, ["duration", "outcome", "outlets"]);
  return {
    duration: duration === undefined ? 0 : duration === null ? null : duration === 0 ? 0 : parseDuration(duration as string, `${where}.duration`),
    outcome: outcome === undefined ? "succeeded" : read.oneOf(outcome, `${where}.outcome`, OUTCOMES),
    outlets: outlets === undefined ? [] : read.list(outlets, `${where}.outlets`, 0).map((outlet, index) => parseOutlet(outlet, `${where}.outlets[${index}]`)),
  };
}

function parseOutlet(value: unknown, where: string): Outlet {
  if (typeof value === "string") {
    at(where, () => normalizeUri(value));
    return { asset: value };
  }
  const { asset, partition, data } = read.object(value, where, ["asset", "partition", "data"]);
  const uri = read.text(asset, `${where}.asset`);
  at(`${where}.asset`, () => normalizeUri(uri));
  return {
    asset: uri,
    ...(partition === undefined ? {} : { partition: partition === null ? null : read.text(partition, `${where}.partition`) }),
    ...(data === undefined ? {} : { data: read.object(data, `${where}.data`) as JsonObject }),
  };
}

function parseEntry(value: unknown, path: string, known: Set<string>, revision: number): Entry {
  const given = read.object(value, path, ["at", ...ACTIONS]);
  const entryAt = parseAt(given.at, `${path}.at`);
  const actions = ACTIONS.filter((action) => Object.hasOwn(given, action));
  if (actions.length > 1) read.refuse(path, `an entry holds one action, and this one has ${actions.join(" and ")}`, "write two entries with the same at");
  return { at: entryAt, path, action: parseAction(actions[0], given, path, known, revision) };
}

function parseAction(
  action: (typeof ACTIONS)[number] | undefined,
  given: Readonly<Record<string, unknown>>,
  path: string,
  known: Set<string>,
  revision: number,
): Action {
  const dagOf = (value: unknown, where: string): string => {
    const dag = read.text(value, where);
    return known.has(dag) ? dag : read.refuse(where, `there is no DAG ${JSON.stringify(dag)}`, `there are ${[...known].join(", ") || "none"}`);
  };
  const where = `${path}.${action ?? ""}`;
  switch (action) {
    case undefined:
      return { kind: "none" };
    case "event":
      return { kind: "event", events: Array.isArray(given.event) ? given.event : [given.event] };
    case "pause":
    case "resume":
      return { kind: action, dag: dagOf(given[action], where) };
    case "finish": {
      const { dag, run, outcome } = read.object(given.finish, where, ["dag", "run", "outcome"]);
      return {
        kind: "finish",
        dag: dagOf(dag, `${where}.dag`),
        run: read.whole(run, `${where}.run`, 1),
        outcome: outcome === undefined ? "succeeded" : read.oneOf(outcome, `${where}.outcome`, OUTCOMES),
      };
    }
    case "register": {
      const { dags, assets } = read.object(given.register, where, ["dags", "assets"]);
      const deploy = parseDeploy({ assets, dags }, `${where}.`, revision);
      for (const dag of deploy.paths.keys()) known.add(dag);
      return { kind: "register", deploy };
    }
    case "start": {
      const { dag, partition, params } = read.object(given.start, where, ["dag", "partition", "params"]);
      return {
        kind: "start",
        dag: dagOf(dag, `${where}.dag`),
        partition: partition === undefined || partition === null ? null : read.text(partition, `${where}.partition`),
        params: params === undefined ? undefined : (read.object(params, `${where}.params`) as JsonObject),
      };
    }
    case "repair":
      return { kind: "repair", request: read.object(given.repair, where, ["asset", "partitions", "downstream", "parallel"]) };
    case "backfill": {
      const { dag, partitions, parallel } = read.object(given.backfill, where, ["dag", "partitions", "parallel"]);
      return {
        kind: "backfill",
        dag: dagOf(dag, `${where}.dag`),
        partitions: parseRange(partitions, `${where}.partitions`),
        parallel: parallel === undefined ? 1 : read.whole(parallel, `${where}.parallel`, 1),
      };
    }
  }
}

function parseRange(value: unknown, where: string): readonly string[] | { readonly from: string; readonly to: string } {
  if (Array.isArray(value)) return read.list(value, where, 1).map((key, index) => read.text(key, `${where}[${index}]`));
  const { from, to } = read.object(value, where, ["from", "to"]);
  return { from: read.text(from, `${where}.from`), to: read.text(to, `${where}.to`) };
}

function parseAt(value: unknown, where: string): number {
  const instant = typeof value === "string" ? parseInstant(value) : null;
  return instant ?? read.refuse(where, `${JSON.stringify(value) ?? "nothing"} is no instant`, 'write ISO 8601 with a zone: "2026-01-01T00:00:00Z"');
}

/** Adds the place to an error that knows only what is wrong. */
function at<T>(where: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!HeadgateError.is(error)) throw error;
    return read.refuse(where, error.message, error.hint);
  }
}
