import { setTimeout as sleep } from "node:timers/promises";
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdConflictPolicy, WorkflowIdReusePolicy, WorkflowNotFoundError } from "@temporalio/client";
import type { Catalog } from "../core/catalog.ts";
import { joinParts, partsOf } from "../core/catalog-parts.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { AssetEvent } from "../core/event.ts";
import type { Names } from "../core/names.ts";
import type { HashedPlan } from "../core/plan.ts";
import {
  type ExplainQuestion,
  type HandOverPage,
  type PendingQuestion,
  QUERIES,
  type Refusal,
  registryTaskTime,
  SIGNALS,
  UPDATES,
  WAITS_FOR_CATALOG,
} from "../core/registry-protocol.ts";
import { isShardedAnswer } from "../core/shard-protocol.ts";
import type {
  Asked,
  DagState,
  DeployPreview,
  Explanation,
  MarkedRun,
  OperatorReply,
  PendingList,
  RegisterReply,
  Summary,
  WatcherMark,
} from "../registry/index.ts";
import { accepted } from "./accepted.ts";
import { createCatalogs } from "./catalogs.ts";
import { closeRegistry } from "./close-registry.ts";
import { answerOfAll } from "./in-shards.ts";
import { registryClosed, registryGone, registryLost, registryUnreachable } from "./registry-gone.ts";
import { type WorkClient, workClient } from "./work.ts";

/** The registry workflow seen from outside. Every call throws `E_REGISTRY_UNREACHABLE` or `E_REGISTRY_CLOSED` if it cannot answer. */
export interface RegistryClient {
  /**
   * Starts the registry if none ever existed. A closed one is never replaced: throws `E_REGISTRY_CLOSED`. `existed` is asked if Temporal
   * knows of none: if there was one, throws `E_REGISTRY_LOST`.
   */
  ensure(existed?: () => Promise<boolean>): Promise<void>;
  /** Deploys a project's catalogue. `revision` grows with each deploy; an older one is refused with `E_DEPLOY_STALE`. */
  register(input: { readonly project: string; readonly revision: number; readonly catalog: Catalog }): Promise<Extract<RegisterReply, { ok: true }>>;
  /** What a deploy of the catalogue would drop and start at once. Changes nothing. Throws what the deploy would be refused with. */
  preview(catalog: Catalog): Promise<DeployPreview>;
  /** Hands over a page of the recorded events that a new consumer waits for. The same page again changes nothing. */
  handOver(page: HandOverPage): Promise<void>;
  /** `by`: who, or who and why. */
  pause(dag: string, by?: string | Asked): Promise<DagState>;
  resume(dag: string, by?: string | Asked): Promise<DagState>;
  /** Holds the whole registry: events gather, nothing starts. */
  hold(asked?: Asked): Promise<Operation>;
  release(asked?: Asked): Promise<Operation>;
  /** What has gathered for a DAG, by key; null if it is not deployed. */
  pending(question: PendingQuestion): Promise<PendingList | null>;
  /** Lets go of what is pending, in all keys or in one. Throws `E_DAG_UNKNOWN`. */
  clear(dag: string, asked?: Asked & { readonly key?: string }): Promise<Operation>;
  /** Starts a run with what has gathered, for each key or for one. Throws `E_DAG_UNKNOWN`, `E_REGISTRY_HELD`, `E_CONSUMER_FAULTED`. */
  fire(dag: string, asked?: Asked & { readonly key?: string }): Promise<Operation>;
  /** Gives recorded events to a DAG again, in the order of their acceptance. Throws `E_DAG_UNKNOWN`. */
  redeliver(dag: string, events: readonly AssetEvent[], asked?: Asked): Promise<Operation>;
  /** Lets a failed run count as succeeded: it holds its events no more. It publishes nothing. Throws `E_DAG_UNKNOWN`, `E_RUN_STATE`. */
  mark(dag: string, run: MarkedRun, asked?: Asked): Promise<Operation>;
  state(): Promise<RegistryStatus>;
  explain(question: ExplainQuestion): Promise<Explanation>;
  plan(hash: string): Promise<HashedPlan | null>;
  /** The plan of the last deploy of a DAG; null if no deployed project has it. */
  deployedPlan(dag: string): Promise<HashedPlan | null>;
  dag(id: string): Promise<DagState | null>;
  watcher(id: string): Promise<WatcherMark | null>;
  /** Backfills and repairs. */
  readonly work: WorkClient;
  /** Notes that the registry was put back, so that the ledger says who did it and why. */
  noteReturn(how: "restore" | "import", asked?: Asked): Promise<Operation>;
  /** Makes the registry complete with all that it carries as its result. Senders wait until it is imported or restored. */
  closeForExport(): Promise<void>;
  /** Makes the registry continue as new, so that the next process starts from one event. */
  drain(): Promise<void>;
}

/** What an operation did. The same `request` a second time does nothing. */
export type Operation = Omit<Extract<OperatorReply, { ok: true }>, "ok">;

export type RegistryStatus = Summary & {
  readonly waitingFacts: number;
  readonly dispatching: number;
  readonly inbox: number;
  readonly history: number;
  /** Bytes of JSON that the registry would hand to its next run as its state. */
  readonly stateBytes: number;
  /** Hashes of catalogues that it waits for; while there are any, it takes everything and decides nothing. */
  readonly waitsForCatalogs: readonly string[];
  /** Of a registry in shards: its workflows, the router first. `history` and `stateBytes` are then the largest of them. */
  readonly shards?: readonly ShardStatus[];
};

export interface ShardStatus {
  readonly workflow: string;
  readonly dags: number;
  readonly stateBytes: number;
  readonly history: number;
  readonly inbox: number;
}

/** How long a question waits for a registry that is about to have its catalogues, in milliseconds. */
const PATIENCE = 10_000;

export function registryClient(client: Client, names: Names): RegistryClient {
  const handle = client.workflow.getHandle(names.registry);
  const catalogs = createCatalogs(client, names);

  async function ensure(existed: () => Promise<boolean> = async () => false): Promise<void> {
    if (!(await isThere()) && (await existed())) throw registryLost(names.registry);
    try {
      await client.workflow.start("assetRegistry", {
        workflowId: names.registry,
        taskQueue: names.systemQueue,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        workflowTaskTimeout: registryTaskTime(0),
        staticSummary: "Headgate's asset registry: decides which DAG runs when",
      });
    } catch (error) {
      throw error instanceof WorkflowExecutionAlreadyStartedError ? registryClosed(names.registry, error) : registryUnreachable(names.registry, error);
    }
  }

  async function isThere(): Promise<boolean> {
    try {
      await handle.describe();
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw registryUnreachable(names.registry, error);
    }
  }

  async function register(input: Parameters<RegistryClient["register"]>[0]): Promise<Extract<RegisterReply, { ok: true }>> {
    const { project, revision, catalog } = input;
    await catalogs.keep(catalog);
    const named = { project, revision, catalog: catalog.hash };
    const reply = await answered(handle.executeUpdate<RegisterReply, [typeof named]>(UPDATES.registerCatalog, { args: [named] }));
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

  /** In shards, all of them answer as one. */
  async function query<T>(name: string, ...args: unknown[]): Promise<T> {
    const answer = await queryOne(names.registry, name, args);
    if (!isShardedAnswer(answer)) return answer as T;
    return (await answerOfAll(name, answer, names.registry, (workflow) => queryOne(workflow, name, args))) as T;
  }

  /** A registry that continues as new is without its catalogues for a moment: that is waited for. */
  async function queryOne(workflow: string, name: string, args: readonly unknown[]): Promise<unknown> {
    for (const until = Date.now() + PATIENCE; ; ) {
      try {
        return await client.workflow.getHandle(workflow).query<unknown, unknown[]>(name, ...args);
      } catch (error) {
        if (Date.now() > until || !messageOf(error).includes(WAITS_FOR_CATALOG)) return await answered(Promise.reject(error));
        await sleep(100);
      }
    }
  }
  const update = <T>(name: string, arg: unknown): Promise<T> => answered(handle.executeUpdate<T, [unknown]>(name, { args: [arg] }));
  const operation = async (name: string, arg: object): Promise<Operation> => {
    let answer = await update<OperatorReply>(name, arg);
    // What has gathered must be read first, which it has asked for.
    for (const until = Date.now() + PATIENCE; !answer.ok && answer.code === "E_PENDING_STORED" && Date.now() < until; ) {
      await sleep(200);
      answer = await update<OperatorReply>(name, arg);
    }
    const reply = accepted<Extract<OperatorReply, { ok: true }>>(answer.ok ? answer : { ...hintOf(answer.code), ...answer });
    return { did: reply.did, events: reply.events, runs: reply.runs };
  };

  return {
    ensure,
    register,
    preview: async (catalog) => {
      const reply = await query<DeployPreview | Extract<RegisterReply, { ok: false }>>(QUERIES.previewDeploy, joinParts(catalog.hash, partsOf(catalog)));
      if (!reply.ok) throw new HeadgateError(reply.code, reply.message, { where: `plan of project "${catalog.project}"` });
      return reply;
    },
    handOver: (page) => update(UPDATES.handOver, page),
    pause: async (dag, by) => accepted(await update<DagState | Refusal>(UPDATES.pauseDag, { ...askedOf(by), dag })),
    resume: async (dag, by) => accepted(await update<DagState | Refusal>(UPDATES.resumeDag, { ...askedOf(by), dag })),
    hold: (asked = {}) => operation(UPDATES.pauseRegistry, asked),
    release: (asked = {}) => operation(UPDATES.resumeRegistry, asked),
    pending: (question) => query(QUERIES.pending, question),
    clear: (dag, asked = {}) => operation(UPDATES.clearPending, { ...asked, dag }),
    fire: (dag, asked = {}) => operation(UPDATES.runPending, { ...asked, dag }),
    redeliver: (dag, events, asked = {}) => operation(UPDATES.redeliver, { ...asked, dag, events }),
    mark: (dag, run, asked = {}) => operation(UPDATES.markRun, { ...asked, dag, run }),
    state: () => query(QUERIES.state),
    explain: (question) => query(QUERIES.explain, question, Date.now()),
    plan: (hash) => query(QUERIES.plan, hash),
    deployedPlan: async (dag) => {
      const known = await query<DagState | null>(QUERIES.dag, dag);
      return known === null ? null : await query(QUERIES.plan, known.plan);
    },
    dag: (id) => query(QUERIES.dag, id),
    watcher: (id) => query(QUERIES.watcher, id),
    work: workClient({ query, update }),
    noteReturn: (how, asked = {}) => operation(how === "restore" ? UPDATES.noteRestore : UPDATES.noteImport, asked),
    closeForExport: () => answered(closeRegistry(handle)),
    drain: () => answered(handle.signal(SIGNALS.drain)),
  };
}

function askedOf(by: string | Asked | undefined): Asked {
  return typeof by === "string" ? { by } : (by ?? {});
}

function hintOf(code: string): Pick<Refusal, "hint"> {
  const hints: Readonly<Record<string, string>> = {
    E_DAG_UNKNOWN: "`headgate dags list` shows what is deployed",
    E_REGISTRY_HELD: "`headgate registry status` says who holds it, `headgate registry resume` lets it go on",
    E_PENDING_STORED: "ask again; `headgate explain` says whether the store answers",
    E_CONSUMER_FAULTED: "deploy a corrected one, or `headgate dags resume` it",
  };
  const hint = hints[code];
  return hint === undefined ? {} : { hint };
}
