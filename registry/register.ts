import type { CatalogAsset } from "../core/catalog.ts";
import type { PartitionDefinition } from "../core/condition.ts";
import { checkCycles, longestChain } from "../core/conditions/check-cycles.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import type { HashedPlan } from "../core/plan.ts";
import { type Assets, createAssets } from "./assets.ts";
import { checkCatalog } from "./check-catalog.ts";
import { type CompiledPlan, compilePlan, createConsumer, createConsumerState } from "./consumer.ts";
import { earlierCatalog } from "./earlier.ts";
import { dropAll, edit, settleIn } from "./edit.ts";
import { takePolicies } from "./freshness.ts";
import { wantsOf } from "./hand-over.ts";
import type { RegisterReply, RegistryInput } from "./input.ts";
import type { Leaf } from "./nodes/leaf.ts";
import { MAX_HOPS, type Registry } from "./registry.ts";
import { createRunPartitions } from "./run-partitions.ts";
import { isOwn, isRouter } from "./shard.ts";
import type { ConsumerState, ProjectState } from "./state.ts";
import { createSubscriptions } from "./subscriptions.ts";
import { removeFromWork } from "./work.ts";

type RegisterInput = Extract<RegistryInput, { kind: "register" }>;

/**
 * Takes the catalogue of a project in the place of the one before it. It is refused whole if an older deploy tries to undo a newer
 * one, if two assets or DAGs clash, if a condition does not compile, or if assets and DAGs form a cycle; the state is then as before.
 */
export function register(registry: Registry, input: RegisterInput, now: number): RegisterReply {
  let next: Prepared;
  try {
    checkCatalog(input);
    refuseStale(registry, input);
    next = prepare(registry, input, now);
  } catch (error) {
    return refusal(error);
  }
  const dropped = commit(registry, input, next, now);
  const { catalog } = input;
  registry.routes?.deployed(registry.state.projects);
  const { kind: _, after = registry.state.counters.event, ...deployed } = input;
  registry.routes?.tell({ kind: "register", ...deployed, after });
  if (isRouter(registry.state)) registry.ledger.write("catalog", { project: input.project, revision: input.revision, hash: catalog.hash });
  const wants = wantsOf(registry, input.project);
  return {
    ok: true,
    project: input.project,
    revision: input.revision,
    hash: catalog.hash,
    fromSeq: after + 1,
    dropped,
    ...(wants.length === 0 ? {} : { wants }),
  };
}

/** Of two deploys at once one has the higher revision, and stays, in whatever order they come. */
function refuseStale({ state }: Registry, { project, revision, catalog }: RegisterInput): void {
  const known = state.projects[project];
  if (known === undefined || revision > known.revision || (revision === known.revision && catalog.hash === known.catalog.hash)) return;
  throw new HeadgateError("E_DEPLOY_STALE", `revision ${revision} of project ${project} is not newer than ${known.revision}, which is deployed`);
}

/** Nothing was changed yet: also what nobody thought of is a refusal, and must not stop the registry. */
function refusal(error: unknown): RegisterReply {
  if (!HeadgateError.is(error)) return { ok: false, code: "E_CATALOG", message: `this is no catalogue: ${messageOf(error)}` };
  const { code, message, where } = error;
  if (where === undefined) return { ok: false, code, message };
  return { ok: false, code, message: message.includes(where) ? message : `${where}: ${message}`, where };
}

interface Prepared {
  readonly projects: Record<string, ProjectState>;
  readonly assets: Assets;
  readonly plans: readonly { readonly plan: HashedPlan; readonly project: string; readonly taskQueue: string }[];
  readonly states: ReadonlyMap<string, ConsumerState>;
  readonly compiled: ReadonlyMap<string, CompiledPlan>;
  /** DAGs that were not there before. */
  readonly fresh: ReadonlySet<string>;
  readonly warning: string | null;
}

/** Everything that can be refused happens here, on the side of the state. */
function prepare(registry: Registry, input: RegisterInput, now: number): Prepared {
  const { state } = registry;
  const projects = { ...state.projects, [input.project]: nextProject(registry, input) };
  refuseClashes(projects);
  const plans = Object.entries(projects).flatMap(([project, { catalog }]) => catalog.dags.map((plan) => ({ plan, project, taskQueue: catalog.taskQueue })));
  const byDag = new Map(plans.map((one) => [one.plan.plan.dag, one.plan]));
  const assets: Assets = createAssets(
    { projects, members: state.members, unknown: state.unknown },
    createRunPartitions(
      (dag) => byDag.get(dag)?.plan.on,
      () => assets,
    ),
  );
  const states = new Map<string, ConsumerState>();
  const compiled = new Map<string, CompiledPlan>();
  const fresh = new Set<string>();
  for (const { plan, project } of plans) {
    const { dag } = plan.plan;
    if (!isOwn(state, dag)) {
      // The router refuses what its shard could not take.
      if (isRouter(state)) compilePlan(createConsumerState(dag, project, now, 0), plan, assets, now);
      continue;
    }
    const mine = registry.consumers.get(dag)?.state;
    if (mine === undefined) fresh.add(dag);
    const consumerState = mine ?? createConsumerState(dag, project, now, (input.after ?? state.counters.event) + 1);
    states.set(dag, consumerState);
    compiled.set(dag, compiledAlready(registry, dag, plan, assets) ?? compilePlan(consumerState, plan, assets, now));
  }
  const all = plans.map(({ plan }) => plan.plan);
  const declared = Object.values(projects).flatMap(({ catalog }) => catalog.assets);
  const [cycle] = checkCycles(all, declared);
  if (cycle !== undefined)
    throw new HeadgateError("E_CYCLE", `assets and DAGs form a cycle: ${cycle.text}`, { hint: 'break it, or say "cycle": true in one of these DAGs' });
  const chain = longestChain(all, declared);
  const warning = chain > MAX_HOPS ? `the longest chain has ${chain} DAGs; events with more than ${MAX_HOPS} hops are dropped` : null;
  return { projects, assets, plans, states, compiled, fresh, warning };
}

/**
 * What a consumer has from the deploy before, if compiling would give the same again: the plan is the same, and all that its
 * condition says of assets is how those that it names are partitioned. Most plans of most deploys are such.
 */
function compiledAlready(registry: Registry, dag: string, plan: HashedPlan, assets: Assets): CompiledPlan | undefined {
  const known = registry.consumers.get(dag);
  if (known === undefined || known.condition === null || known.plan.hash !== plan.hash || known.state.faulted !== null) return undefined;
  const { condition, policy, state } = known;
  const isSame = ({ selects }: Leaf): boolean =>
    selects.kind === "clock" || (selects.kind === "asset" && isSamePartitions(registry.assets.partitionsOf(selects.asset), assets.partitionsOf(selects.asset)));
  return condition.leaves.every(isSame) ? { condition, policy, leaves: state.leaves, nextLeaf: state.nextLeaf } : undefined;
}

function isSamePartitions(one: PartitionDefinition | null, other: PartitionDefinition | null): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function commit(registry: Registry, input: RegisterInput, next: Prepared, now: number): number {
  const { state, consumers } = registry;
  const before = input.after ?? registry.state.counters.event;
  let dropped = 0;
  const listed = new Set(next.plans.map(({ plan }) => plan.plan.dag));
  for (const [dag, consumer] of consumers) {
    if (listed.has(dag)) continue;
    dropped += dropAll(registry, consumer, "removed");
    consumers.delete(dag);
    delete state.consumers[dag];
    removeFromWork(registry, dag, now);
    registry.timers.clear(dag);
    registry.touched.delete(consumer);
  }
  Object.assign(state.projects, next.projects);
  registry.assets = next.assets;
  takePolicies(registry);
  for (const { plan, project, taskQueue } of next.plans) {
    const { dag } = plan.plan;
    const compiled = next.compiled.get(dag);
    const consumerState = next.states.get(dag);
    if (compiled === undefined || consumerState === undefined) continue;
    let consumer = consumers.get(dag);
    if (consumer === undefined) {
      consumer = createConsumer(consumerState, plan, taskQueue);
      consumers.set(dag, consumer);
      state.consumers[dag] = consumerState;
      if (compiled.policy.paused) consumerState.paused = { since: now, by: null, seq: before };
    } else if (project !== input.project && consumer.state.faulted !== null) continue;
    const { startAt } = compiled.policy;
    if (startAt === null) delete consumerState.wants;
    else if (next.fresh.has(dag)) consumerState.wants = { since: now - startAt.since, after: 0 };
    dropped += edit(registry, consumer, plan, taskQueue, compiled, now);
    if (next.fresh.has(dag)) registry.ledger.write("consumer", { dag, project, paused: consumerState.paused !== null, faulted: null });
  }
  registry.subscriptions = createSubscriptions(consumers.values(), next.assets);
  for (const consumer of consumers.values()) settleIn(registry, consumer, now);
  if (next.warning !== null && isRouter(state)) registry.ledger.warn("W_CHAIN_LONG", next.warning);
  return dropped;
}

function nextProject(registry: Registry, input: RegisterInput): ProjectState {
  const before = registry.state.projects[input.project];
  const listed = new Set(input.catalog.assets.map(({ uri }) => uri));
  const left = before === undefined ? [] : [...before.catalog.assets, ...(before.earlier?.assets ?? [])].filter(({ uri }) => !listed.has(uri));
  const pinned = new Set([...registry.consumers.values()].flatMap(({ state }) => Object.values(state.running).map(({ plan }) => plan)));
  const deployed = new Set(input.catalog.dags.map(({ hash }) => hash));
  const retired =
    before === undefined ? [] : [...before.catalog.dags, ...(before.earlier?.dags ?? [])].filter(({ hash }) => pinned.has(hash) && !deployed.has(hash));
  const earlier = earlierCatalog(input.catalog, left, retired);
  return { revision: input.revision, catalog: input.catalog, ...(earlier === undefined ? {} : { earlier }) };
}

/** One asset may be defined by several projects, in the same words. */
function refuseClashes(projects: Record<string, ProjectState>): void {
  const assets = new Map<string, { asset: CatalogAsset; project: string }>();
  const dags = new Map<string, string>();
  for (const [project, { catalog, earlier }] of Object.entries(projects)) {
    const met = new Set<string>();
    for (const asset of catalog.assets) {
      if (met.has(asset.uri))
        throw new HeadgateError("E_ASSET_DUPLICATE", `project ${project} defines ${asset.uri} twice`, { hint: "two spellings of one URI are one asset" });
      met.add(asset.uri);
    }
    for (const asset of [...catalog.assets, ...(earlier?.assets ?? [])]) {
      const other = assets.get(asset.uri);
      if (other !== undefined && shapeOf(other.asset) !== shapeOf(asset)) {
        throw new HeadgateError("E_ASSET_DUPLICATE", `projects ${other.project} and ${project} define ${asset.uri} with different partitions or schemas`, {
          hint: "define it in one project, and name its URI in the other",
        });
      }
      assets.set(asset.uri, { asset, project });
    }
    for (const { plan } of catalog.dags) {
      const owner = dags.get(plan.dag);
      if (owner !== undefined)
        throw new HeadgateError(
          "E_DUPLICATE_ID",
          owner === project ? `project ${project} has two DAGs ${plan.dag}` : `projects ${owner} and ${project} both have a DAG ${plan.dag}`,
        );
      dags.set(plan.dag, project);
    }
  }
}

function shapeOf(asset: CatalogAsset): string {
  return canonicalJson({ partitions: (asset.partitions ?? null) as unknown as Json, template: asset.template ?? null, schema: asset.schema });
}
