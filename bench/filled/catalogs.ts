import type { Catalog, CatalogAsset } from "../../core/catalog.ts";
import type { ConditionNode } from "../../core/condition.ts";
import { contentHash } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { HashedPlan, Plan, PlanTask } from "../../core/plan.ts";
import type { Sizes } from "./sizes.ts";

const DAGS_IN_A_PROJECT = 1_000;
const LAYERS = 10;
const OUTLETS = 3;
const RAW_INPUTS = 3;
const WORDS = ["orders", "customers", "payments", "shipments", "clicks", "prices", "stock", "returns"] as const;
const TEAMS = ["data-platform", "sales", "finance", "logistics", "research"] as const;

/**
 * What a large company has deployed: projects of a thousand DAGs in ten layers. A DAG waits for outlets of the layer before and for raw
 * assets; one of fifty for a group, one of a hundred for a pattern; one of five looks at the project's calendar, which so many read.
 */
export function filledCatalogs(sizes: Sizes): readonly Catalog[] {
  const projects = Math.max(1, Math.round(sizes.dags / DAGS_IN_A_PROJECT));
  return Array.from({ length: projects }, (_, project) => {
    const dags = Math.floor(sizes.dags / projects) + (project < sizes.dags % projects ? 1 : 0);
    const assets = Math.floor(sizes.assets / projects) + (project < sizes.assets % projects ? 1 : 0);
    return projectCatalog(`p${String(project).padStart(2, "0")}`, dags, Math.max(1, assets - dags * OUTLETS));
  });
}

function projectCatalog(project: string, dags: number, raws: number): Catalog {
  const wide = Math.max(1, Math.ceil(dags / LAYERS));
  const raw = (n: number): string => `s3://lake/${project}/raw/${WORDS[n % WORDS.length]}-${String(n % raws).padStart(5, "0")}`;
  const outlet = (dag: number, n: number): string => `postgres://warehouse/${project}/${wordOf(dag)}_${String(dag).padStart(4, "0")}_${n}`;
  const idOf = (dag: number): string => `${project}-${wordOf(dag)}-${String(dag).padStart(4, "0")}`;

  const conditionOf = (dag: number): ConditionNode => {
    const layer = Math.floor(dag / wide);
    const before = (layer - 1) * wide;
    const upstream = layer === 0 ? [] : [0, 1].map((n) => ({ asset: outlet(before + ((dag * 7 + n * 3) % wide), n) }));
    const direct: ConditionNode[] = [...upstream, ...Array.from({ length: RAW_INPUTS }, (_, n) => ({ asset: raw(dag * RAW_INPUTS + n) }))];
    if (dag % 5 === 0) direct.push({ asset: raw(0), keep: true });
    if (dag % 50 === 7) direct.push({ group: `${project}-${WORDS[dag % WORDS.length]}` });
    if (dag % 100 === 11) direct.push({ pattern: `s3://lake/${project}/raw/${WORDS[dag % WORDS.length]}-000*` });
    return { all: direct };
  };

  const plans = Array.from({ length: dags }, (_, dag) => {
    const outlets = Array.from({ length: OUTLETS }, (_, n) => outlet(dag, n));
    return hashed(planOf(idOf(dag), conditionOf(dag), outlets, TEAMS[dag % TEAMS.length] ?? ""));
  });
  const assets = [
    ...Array.from({ length: raws }, (_, n) => assetOf(raw(n), n, n % 3 === 0, n % 20 === 0 ? [`${project}-${WORDS[n % WORDS.length]}`] : [])),
    ...Array.from({ length: dags * OUTLETS }, (_, n) => assetOf(outlet(Math.floor(n / OUTLETS), n % OUTLETS), n, n % 4 === 0, [])),
  ];
  const watchers = Array.from({ length: Math.max(1, Math.floor(dags / 50)) }, (_, n) => ({
    id: `${project}-arrive-${n}`,
    source: "s3",
    publishes: raw(n),
    every: 10_000,
  }));
  const content = { project, taskQueue: project, assets, dags: plans, watchers };
  return { ...content, hash: contentHash({ ...content, dags: plans.map(({ hash }) => hash) } as unknown as Json) };
}

function wordOf(n: number): string {
  return WORDS[n % WORDS.length] ?? "";
}

function assetOf(uri: string, n: number, daily: boolean, groups: readonly string[]): CatalogAsset {
  return {
    uri,
    schema: n % 2 === 0,
    description: `Number ${n} of its layer, kept for the reports of the month`,
    owner: TEAMS[n % TEAMS.length] ?? "",
    tags: [n % 2 === 0 ? "raw" : "gold", wordOf(n)],
    meta: { pii: n % 10 === 0 },
    ...(groups.length === 0 ? {} : { groups }),
    ...(daily ? { partitions: { grain: "day", tz: "UTC" } } : {}),
  };
}

function planOf(dag: string, on: ConditionNode, outlets: readonly string[], owner: string): Plan {
  const task = (id: string, after: string | undefined, published: readonly string[] = []): PlanTask => ({
    ...{ id, kind: "task", needs: after === undefined ? [] : [{ name: after, task: after }], after: [], when: "all-succeeded", retries: 2 },
    ...{ backoff: { initial: 1_000, max: 60_000, factor: 2 }, timeout: 3_600_000, outlets: published.map((asset) => ({ asset, schema: false })) },
  });
  const tasks = [task("extract", undefined), task("load", "extract"), task("publish", "load", outlets)];
  return { version: 1, dag, owner, tags: ["nightly"], meta: {}, on, policy: {}, tasks, outlets: [], params: null };
}

function hashed(plan: Plan): HashedPlan {
  return { hash: contentHash(plan as unknown as Json), plan };
}
