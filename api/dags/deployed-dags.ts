import type { RegistryStatus } from "../../client/registry.ts";
import type { HashedPlan } from "../../core/plan.ts";
import type { ApiDeps } from "../deps.ts";
import { unlessStoreAway } from "../frame/unless-store-away.ts";

/** A deployed DAG, and whose it is. */
export interface DeployedDag {
  readonly project: string;
  readonly taskQueue: string;
  readonly dag: HashedPlan;
}

/**
 * The deployed DAGs in order of their ids. The registry knows which there are, also while the store has not heard of the last deploy, or is
 * away; while the registry is away, the store knows what it heard last. Throws what the store throws if neither answers.
 */
export async function deployedDags({ store, client }: Pick<ApiDeps, "store" | "client">, now: RegistryStatus | null): Promise<readonly DeployedDag[]> {
  const stored = await unlessStoreAway(
    () => store.deployedCatalogs(),
    (why) => {
      if (now === null) throw why;
      return [];
    },
  );
  const current = now === null ? stored : stored.filter(({ hash }) => now.projects.some((project) => project.hash === hash));
  const known = new Map(current.flatMap(({ project, taskQueue, dags }) => dags.map((dag) => [dag.plan.dag, { project, taskQueue, dag }])));
  const found =
    now === null ? [...known.values()] : await Promise.all(now.consumers.map(async ({ dag }) => known.get(dag) ?? (await fromRegistry(client, dag))));
  return found.filter((one) => one !== null).sort((a, b) => (a.dag.plan.dag < b.dag.plan.dag ? -1 : 1));
}

async function fromRegistry(client: ApiDeps["client"], id: string): Promise<DeployedDag | null> {
  const registry = await client.registry();
  const state = await registry.dag(id);
  const dag = state === null ? null : await registry.plan(state.plan);
  return state === null || dag === null ? null : { project: state.project, taskQueue: state.taskQueue, dag };
}
