import type { Catalog, CatalogAsset } from "../core/catalog.ts";
import { contentHash } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import type { HashedPlan, Plan } from "../core/plan.ts";

/** Inputs of one DAG beside its own asset. */
const INPUTS = 9;

/**
 * A catalogue as a large company would have it: each DAG waits for two of its ten assets, reads others and updates one. Assets have
 * what people write about them, and tasks have what tasks have. `project` makes names that no other project has.
 */
export function lakeOf(project: string, dags: number): Catalog {
  const uri = (dag: number, input: number): string => `s3://lake/${project}/domain-${dag % 97}/dataset-${dag}/input-${input}`;
  const output = (dag: number): string => `s3://lake/${project}/domain-${dag % 97}/dataset-${dag}/result`;
  const assets: CatalogAsset[] = [];
  const plans: HashedPlan[] = [];
  for (let dag = 0; dag < dags; dag++) {
    for (let input = 0; input < INPUTS; input++) assets.push(assetOf(uri(dag, input), dag));
    assets.push(assetOf(output(dag), dag));
    plans.push(planOf(`${project}-transform-${dag}`, [uri(dag, 0), uri(dag, 1)], uri(dag, 2), output(dag), dag));
  }
  const content = { project, taskQueue: `headgate-${project}`, assets: assets.sort((a, b) => (a.uri < b.uri ? -1 : 1)), dags: plans, watchers: [] };
  return { ...content, hash: contentHash(content as unknown as Json) };
}

function assetOf(uri: string, dag: number): CatalogAsset {
  return {
    uri,
    schema: false,
    description: `What team ${dag % 53} gathers, cleaned, as it is read by dataset ${dag}`,
    owner: `team-${dag % 53}`,
    tags: ["lake", `domain-${dag % 97}`],
    meta: { tier: dag % 3 },
  };
}

function planOf(dag: string, on: readonly string[], reads: string, writes: string, no: number): HashedPlan {
  const task = (id: string, after: readonly string[], outlets: readonly string[]): Plan["tasks"][number] => ({
    id,
    kind: "task",
    needs: [],
    after: after.map((one) => ({ task: one })),
    when: "all-succeeded",
    retries: 2,
    backoff: { initial: 1_000, max: 60_000, factor: 2 },
    timeout: 3_600_000,
    outlets: outlets.map((asset) => ({ asset, schema: false })),
  });
  const plan: Plan = {
    version: 1,
    dag,
    description: `Transforms ${reads} for team ${no % 53}`,
    owner: `team-${no % 53}`,
    tags: ["transform"],
    meta: {},
    on: { all: on.map((asset) => ({ asset })) },
    policy: { mode: "batch" },
    tasks: [task("extract", [], []), task("check", ["extract"], []), task("load", ["check"], [writes])],
    outlets: [],
    params: null,
  };
  return { hash: contentHash(plan as unknown as Json), plan };
}
