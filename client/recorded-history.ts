import type { Catalog } from "../core/catalog.ts";
import { allNodes } from "../core/conditions/condition-leaves.ts";
import { listenedEvents } from "../core/conditions/listened-events.ts";
import { HeadgateError } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { HashedPlan } from "../core/plan.ts";
import { dagOfRunEnds } from "../core/run-ends.ts";
import { compareHistory, type RunDifferences } from "../registry/replay/compare.ts";
import type { RecordedHistory, Replayed } from "../registry/replay/recorded.ts";
import { unknownOf } from "../registry/replay/unknown.ts";
import type { Store } from "../store/index.ts";
import type { OperationEntry } from "../store/queries/operations.ts";

/** A replay with all that a person should know of it. Instants are milliseconds since 1970. */
export interface ReplayReport extends RunDifferences {
  readonly dag: string;
  readonly since: number;
  readonly until: number;
  /** Events that were played, with those that were pending when it began. */
  readonly events: number;
  /** Runs that its condition started in that time, and would start. */
  readonly runsThen: number;
  readonly runsNow: number;
  /** What the store does not tell. */
  readonly unknown: readonly string[];
}

/** Operations that are looked at; nobody does more by hand. */
const MOST_OPERATIONS = 10_000;

/** What history is played through: a plan, among what is deployed, of all projects, or in a changed catalogue. */
export interface ReplaySubject {
  readonly plan: HashedPlan;
  readonly deployed: readonly Catalog[];
  readonly changed?: Catalog;
}

export interface ReplayOptions {
  /** Where the playing is done: it may take seconds of computing. @default here */
  readonly compare?: (replayed: Replayed, history: RecordedHistory) => RunDifferences | Promise<RunDifferences>;
  /** More recorded events are refused. @default all */
  readonly mostEvents?: number;
}

/** Reads what the store has of a DAG and plays it through a plan. Throws `E_STORE`, and what a deploy of the plan would be refused with. */
export async function replayRecorded(
  store: Store,
  { plan, deployed, changed }: ReplaySubject,
  span: { readonly since: number; readonly until: number },
  { compare = compareHistory, mostEvents = Number.POSITIVE_INFINITY }: ReplayOptions = {},
): Promise<ReplayReport> {
  const catalogs = changed === undefined ? deployed : [changed, ...deployed];
  const { dag, on } = plan.plan;
  const registered = await store.firstDeployOf(dag);
  const began = (await store.listProjections()).map(({ firstAt }) => firstAt).sort((a, b) => a - b)[0];
  const since = Math.min(span.until, Math.max(span.since, registered ?? span.since, began ?? span.since));
  const history = await readHistory(store, plan, { since, until: span.until }, mostEvents);
  const replayed: Replayed = { plan, assets: assetsOf(catalogs), others: on === null ? [] : othersOf(on, catalogs) };
  const found = await compare(replayed, history);
  const runsThen = history.runs.filter((run) => run.at >= since && run.cause.kind === "condition").length;
  const before = deployed.flatMap(({ dags }) => dags).find((one) => one.plan.dag === dag);
  return {
    ...{ dag, since, until: span.until, events: history.events.length + history.pending.length },
    ...{ runsThen, runsNow: runsThen - found.onlyThen.length + found.onlyNow.length },
    ...found,
    unknown: [
      ...(registered !== null && registered > span.since ? ["anything before the first deploy of the DAG: the replay begins there"] : []),
      ...(registered === null && began !== undefined && began > span.since ? ["anything before the first fact of the store: the replay begins there"] : []),
      ...unknownOf(replayed, history, before?.hash ?? null),
    ],
  };
}

async function readHistory(
  store: Store,
  plan: HashedPlan,
  span: { readonly since: number; readonly until: number },
  mostEvents: number,
): Promise<RecordedHistory> {
  const { dag, on } = plan.plan;
  const events: AssetEvent[] = [];
  if (on !== null) {
    const { assets, mayHave } = listenedEvents(on);
    for await (const event of store.recordedEvents(assets === null ? span : { ...span, assets })) {
      if (!mayHave(event)) continue;
      events.push(event);
      if (events.length > mostEvents) throw tooMany(dag, mostEvents);
    }
  }
  const [pending, runs, operations] = await Promise.all([
    store.pendingAt({ dag, at: span.since }),
    store.runsWithEvents({ dag, ...span }),
    store.listOperations({ limit: MOST_OPERATIONS }),
  ]);
  return { ...span, events, pending, runs, operations: operations.flatMap((entry) => operationOf(entry, dag, span.until)).reverse() };
}

function tooMany(dag: string, mostEvents: number): HeadgateError {
  return new HeadgateError("E_REPLAY_SIZE", `more than ${mostEvents.toLocaleString("en-US")} events were recorded for ${dag} in that time`, {
    where: "since",
    hint: "begin later, or replay on a machine of your own: headgate replay",
  });
}

/** What people did to the DAG or to all, as the registry heard it. */
function operationOf({ at, dag: of, key, operation }: OperationEntry, dag: string, until: number): RecordedHistory["operations"] {
  if (at >= until || (of !== null && of !== dag)) return [];
  switch (operation) {
    case "hold":
    case "release":
      return [{ at, input: { kind: operation } }];
    case "pause":
    case "resume":
      return [{ at, input: { kind: operation, dag } }];
    case "clear":
    case "fire":
      return [{ at, input: { kind: operation, dag, ...(key === null ? {} : { key }) } }];
    case "redeliver":
      return [{ at, input: { kind: operation, dag, events: [] } }];
    default:
      return [];
  }
}

/** Each asset once, as the first project defines it. */
function assetsOf(catalogs: readonly Catalog[]): Catalog["assets"] {
  return [...new Map(catalogs.flatMap(({ assets }) => assets.map((asset) => [asset.uri, asset] as const)).reverse()).values()];
}

function othersOf(on: NonNullable<HashedPlan["plan"]["on"]>, catalogs: readonly Catalog[]): readonly HashedPlan[] {
  const named = new Set(allNodes(on).flatMap((node) => ("asset" in node ? (dagOfRunEnds(node.asset) ?? []) : [])));
  return catalogs.flatMap(({ dags }) => dags.filter(({ plan }) => named.has(plan.dag)));
}
