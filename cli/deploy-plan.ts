import { type ReplayReport, replayRecorded } from "../client/recorded-history.ts";
import type { RegistryClient } from "../client/registry.ts";
import type { Catalog } from "../core/catalog.ts";
import { listenedEvents } from "../core/conditions/listened-events.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import type { HashedPlan } from "../core/plan.ts";
import type { DeployPreview } from "../registry/index.ts";
import type { Store } from "../store/index.ts";
import { type DiffLine, diffConditions } from "./condition-diff.ts";
import { deployedCatalogs } from "./deployed-catalog.ts";

/** What a deploy would do. */
export interface DeployPlan {
  /** Conditions that would be others, those of new DAGs left out. */
  readonly conditions: readonly { readonly dag: string; readonly lines: readonly DiffLine[] }[];
  readonly preview: DeployPreview;
  /** New and changed DAGs, over the last 7 days. Null if the store is away. */
  readonly replays: readonly ReplayReport[] | null;
}

const SEVEN_DAYS = 7 * 86_400_000;

export interface PlanOptions {
  readonly registry: Pick<RegistryClient, "preview">;
  /** Undefined if it does not answer. */
  readonly store: Store | undefined;
  /** What the project has deployed, as far as it is known. */
  readonly previous: Catalog | undefined;
  readonly now: number;
}

/** Asks the registry and plays the recorded events; changes nothing. Throws what the deploy would be refused with. */
export async function planDeploy(catalog: Catalog, { registry, store, previous, now }: PlanOptions): Promise<DeployPlan> {
  const before = new Map(previous?.dags.map((plan) => [plan.plan.dag, plan]));
  const conditions = catalog.dags.flatMap(({ plan }) => {
    const was = before.get(plan.dag);
    return was === undefined || isSame(was.plan.on, plan.on) ? [] : [{ dag: plan.dag, lines: diffConditions(was.plan.on, plan.on) }];
  });
  const preview = await registry.preview(catalog);
  return { conditions, preview, replays: store === undefined ? null : await replays(store, catalog, previous, now) };
}

async function replays(store: Store, catalog: Catalog, previous: Catalog | undefined, now: number): Promise<readonly ReplayReport[]> {
  const deployed = await deployedCatalogs(store);
  const reports: ReplayReport[] = [];
  for (const plan of catalog.dags.filter((one) => decidesOtherwise(one, catalog, previous))) {
    reports.push(await replayRecorded(store, { plan, deployed, changed: catalog }, { since: now - SEVEN_DAYS, until: now }));
  }
  return reports;
}

/** True if the condition, its policy or the partitions of what it listens to changed, also if the DAG is new; one that people start decides nothing. */
function decidesOtherwise({ plan }: HashedPlan, after: Catalog, before: Catalog | undefined): boolean {
  if (plan.on === null) return false;
  const was = before?.dags.find((one) => one.plan.dag === plan.dag)?.plan;
  if (was === undefined || !isSame([was.on, was.policy], [plan.on, plan.policy])) return true;
  const { mayHave } = listenedEvents(plan.on);
  const shapes = ({ assets }: Catalog): unknown =>
    assets.filter((asset) => mayHave({ asset: asset.uri })).map(({ uri, groups, partitions }) => [uri, groups ?? [], partitions ?? null]);
  return before === undefined || !isSame(shapes(before), shapes(after));
}

function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one as Json) === canonicalJson(other as Json);
}
