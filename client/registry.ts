import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdConflictPolicy, WorkflowIdReusePolicy, WorkflowNotFoundError } from "@temporalio/client";
import type { Catalog } from "../core/catalog.ts";
import { HeadgateError } from "../core/errors.ts";
import type { Names } from "../core/names.ts";
import type { HashedPlan } from "../core/plan.ts";
import { type ExplainQuestion, QUERIES, SIGNALS, UPDATES } from "../core/registry-protocol.ts";
import type { DagState, Explanation, RegisterReply, Summary, WatcherMark } from "../registry/index.ts";
import { registryClosed, registryGone, registryUnreachable } from "./registry-gone.ts";

/** The registry workflow seen from outside. Every call throws `E_REGISTRY_UNREACHABLE` or `E_REGISTRY_CLOSED` if it cannot answer. */
export interface RegistryClient {
  /** Starts the registry if none ever existed. A closed one is never replaced: throws `E_REGISTRY_CLOSED`. */
  ensure(): Promise<void>;
  /** Deploys a project's catalogue. `revision` grows with each deploy; an older one is refused with `E_DEPLOY_STALE`. */
  register(input: { readonly project: string; readonly revision: number; readonly catalog: Catalog }): Promise<Extract<RegisterReply, { ok: true }>>;
  pause(dag: string, by?: string): Promise<DagState>;
  resume(dag: string, by?: string): Promise<DagState>;
  state(): Promise<RegistryStatus>;
  explain(question: ExplainQuestion): Promise<Explanation>;
  plan(hash: string): Promise<HashedPlan | null>;
  /** The plan of the last deploy of a DAG; null if no deployed project has it. */
  deployedPlan(dag: string): Promise<HashedPlan | null>;
  dag(id: string): Promise<DagState | null>;
  watcher(id: string): Promise<WatcherMark | null>;
  /** Makes the registry continue as new, so that the next process starts from one event. */
  drain(): Promise<void>;
}

export type RegistryStatus = Summary & { readonly waitingFacts: number; readonly dispatching: number; readonly inbox: number; readonly history: number };

export function registryClient(client: Client, names: Names): RegistryClient {
  const handle = client.workflow.getHandle(names.registry);

  async function ensure(): Promise<void> {
    try {
      await client.workflow.start("assetRegistry", {
        workflowId: names.registry,
        taskQueue: names.systemQueue,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        staticSummary: "Headgate's asset registry: decides which DAG runs when",
      });
    } catch (error) {
      throw error instanceof WorkflowExecutionAlreadyStartedError ? registryClosed(names.registry, error) : registryUnreachable(names.registry, error);
    }
  }

  async function register(input: Parameters<RegistryClient["register"]>[0]): Promise<Extract<RegisterReply, { ok: true }>> {
    const reply = await answered(handle.executeUpdate<RegisterReply, [typeof input]>(UPDATES.registerCatalog, { args: [input] }));
    if (!reply.ok) throw new HeadgateError(reply.code, reply.message, { where: `deploy ${input.revision} of project "${input.project}"` });
    return reply;
  }

  async function answered<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw error instanceof WorkflowNotFoundError ? await registryGone(client, names.registry, error) : registryUnreachable(names.registry, error);
    }
  }

  const query = <T>(name: string, ...args: unknown[]): Promise<T> => answered(handle.query<T, unknown[]>(name, ...args));
  const update = <T>(name: string, arg: unknown): Promise<T> => answered(handle.executeUpdate<T, [unknown]>(name, { args: [arg] }));
  const named = (dag: string, by: string | undefined): object => (by === undefined ? { dag } : { dag, by });

  return {
    ensure,
    register,
    pause: (dag, by) => update(UPDATES.pauseDag, named(dag, by)),
    resume: (dag, by) => update(UPDATES.resumeDag, named(dag, by)),
    state: () => query(QUERIES.state),
    explain: (question) => query(QUERIES.explain, question, Date.now()),
    plan: (hash) => query(QUERIES.plan, hash),
    deployedPlan: async (dag) => {
      const known = await query<DagState | null>(QUERIES.dag, dag);
      return known === null ? null : await query(QUERIES.plan, known.plan);
    },
    dag: (id) => query(QUERIES.dag, id),
    watcher: (id) => query(QUERIES.watcher, id),
    drain: () => answered(handle.signal(SIGNALS.drain)),
  };
}
