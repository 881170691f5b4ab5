import {
  ActivityFailure,
  ApplicationFailure,
  currentUpdateInfo,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  proxyActivities,
  rootCause,
  setHandler,
  sleep,
  workflowInfo,
} from "@temporalio/workflow";
import { HeadgateError } from "../core/errors.ts";
import { isRecord } from "../core/json.ts";
import type { Refusal } from "../core/registry-protocol.ts";
import { END_STATUSES, type RunEnded } from "../core/run.ts";
import { SHARD_BATCH, SHARD_DEPLOYED, SHARD_ENDS, type ShardedAnswer, shardName } from "../core/shard-protocol.ts";
import { type RegisterReply, type Registry, type RegistryInput, type RoutedBatch, shardOf, type Wanted, wantsOf } from "../registry/index.ts";
import { isUndecodable } from "./payload-converter.ts";
import type { RegistryActivities } from "./ports.ts";
import { refusalOf } from "./refusal.ts";
import { type BatchInflow, createBatchInflow, createBatchOutflow, toSent } from "./registry-batches.ts";
import type { RegistryCarry } from "./registry-carry.ts";
import type { RegistryCatalogs } from "./registry-catalogs.ts";

/** How long a child's end is waited for on the usual way, by its own report, before the router is told of it. In milliseconds. */
const HEARSAY_AFTER = 5_000;

/** What a workflow of a registry in shards does beside what any registry does. In a registry of one workflow all of it is nothing. */
export interface Shards {
  /** Hands on what a step has for other shards. */
  send(routed: readonly RoutedBatch[]): void;
  /** Takes what was found out about runs: their ends are the router's to publish. */
  found(inputs: readonly RegistryInput[]): void;
  /** An update for a DAG of another shard is answered by that shard; undefined for what is asked here. */
  elsewhere(update: string, dag: string, input: unknown): Promise<unknown> | undefined;
  /** Asks the other shards one by one until one of them does not refuse; undefined if there are none. */
  anywhere(update: string, input: unknown): Promise<unknown> | undefined;
  /** What a deploy came to in all shards; undefined if that is what it came to here. */
  deployed(reply: RegisterReply): Promise<RegisterReply> | undefined;
  /** Deploys that were stepped here. */
  registered(replies: readonly RegisterReply[]): void;
  /** An answer to a question; `dag` if it is about one. */
  answer<T>(own: () => T, dag?: string): T | ShardedAnswer;
  /** Why something that needs all DAGs in one place cannot be done. */
  refused(what: string): Refusal | undefined;
  carried(inbox: readonly RegistryInput[]): Pick<RegistryCarry, "inbox" | "routing" | "arriving">;
  /** About how many bytes wait for other shards. */
  waitingBytes(): number;
  /** True if nothing is on its way to or from other shards. */
  isQuiet(inbox: readonly RegistryInput[]): boolean;
  /** For people, what is wrong; empty if nothing is. */
  trouble(): string;
}

export interface ShardOptions {
  readonly carried: RegistryCarry;
  readonly catalogs: RegistryCatalogs;
  registry(): Registry | undefined;
  take(inputs: readonly RegistryInput[]): void;
  changed(): void;
  /** Steps until it is so. */
  waitUntil(isThere: () => boolean): Promise<void>;
}

export function createShards(options: ShardOptions): Shards {
  const { shard } = options.carried.state;
  if (shard === undefined) return alone(options);
  return shard.index === 0 ? router(options, shard.of) : member(options);
}

/** What a deploy came to in one shard. */
interface DeployedHere {
  readonly dropped: number;
  readonly wants: readonly Wanted[];
}

/** The registry of one workflow. */
function alone({ take }: ShardOptions): Shards {
  return {
    send: () => undefined,
    found: take,
    elsewhere: () => undefined,
    anywhere: () => undefined,
    deployed: () => undefined,
    registered: () => undefined,
    answer: (own) => own(),
    refused: () => undefined,
    carried: (inbox) => ({ inbox }),
    waitingBytes: () => 0,
    isQuiet: () => true,
    trouble: () => "",
  };
}

/** Shard 0: what is sent to the registry comes here. */
function router(options: ShardOptions, of: number): Shards {
  const { carried, changed, take } = options;
  const { workflowId } = workflowInfo();
  const outflow = createBatchOutflow(carried.routing ?? [], changed);
  setHandler(defineSignal<[unknown]>(SHARD_ENDS), (payload) => take(shardEndsInput(payload)), {
    description: "From another shard: ends of runs that it found out about",
  });
  const { askShard } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "40 seconds",
    retry: { initialInterval: "200ms", backoffCoefficient: 2, maximumInterval: "2s", maximumAttempts: 4 },
    summary: "asks another shard",
  });

  async function ask(shard: number, update: string, input: unknown): Promise<unknown> {
    const workflow = shardName(workflowId, shard);
    // The same update again, after a crash, is the same one for the shard.
    const id = `${currentUpdateInfo()?.id ?? update}/${shard}/${update}`;
    try {
      return await askShard({ workflow, update, input, id });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      throw ApplicationFailure.create({ type: "E_SHARD_AWAY", message: `${workflow} did not answer: ${rootCause(error) ?? "no reason"}`, nonRetryable: true });
    }
  }
  async function askOthers(update: string, input: unknown): Promise<unknown> {
    let reply: unknown;
    for (let shard = 1; shard < of; shard += 1) {
      reply = await ask(shard, update, input);
      if (!isRefusal(reply)) return reply;
    }
    return reply;
  }
  const away = (): readonly string[] => outflow.away().map((shard) => shardName(workflowId, shard));

  return {
    ...alone(options),
    send: outflow.send,
    elsewhere: (update, dag, input) => {
      const owner = shardOf(dag, of);
      return owner === 0 ? undefined : ask(owner, update, input);
    },
    anywhere: askOthers,
    deployed: async (reply) => {
      if (!reply.ok) return reply;
      const { project, revision } = reply;
      let { dropped } = reply;
      const wants = [...(reply.wants ?? [])];
      for (let shard = 1; shard < of; shard += 1) {
        const there = (await ask(shard, SHARD_DEPLOYED, { project, revision })) as DeployedHere;
        dropped += there.dropped;
        wants.push(...there.wants);
      }
      return { ...reply, dropped, ...(wants.length === 0 ? {} : { wants }) };
    },
    answer: (own, dag) => {
      const owner = dag === undefined ? null : shardOf(dag, of);
      if (owner === 0) return own();
      return { shards: of, ask: owner === null ? null : shardName(workflowId, owner), own: owner === null ? own() : null };
    },
    refused: (what) =>
      refusalOf(
        new HeadgateError("E_SHARDS", `${what} walks over DAGs in their order, and those of this registry are in ${of} shards`, {
          hint: "`headgate backfill` each DAG, or put the registry together: `headgate registry export f.json --close`, `headgate registry import f.json --shards 1`",
        }),
      ),
    carried: (inbox) => {
      const routing = outflow.unacknowledged();
      return { inbox, ...(routing.length === 0 ? {} : { routing }) };
    },
    waitingBytes: outflow.waitingBytes,
    isQuiet: () => outflow.unacknowledged().length === 0,
    trouble: () => (away().length === 0 ? "" : ` · ${away().join(", ")} does not take what is for it: \`headgate registry restore\``),
  };
}

/** Any other shard. */
function member(options: ShardOptions): Shards {
  const { carried, catalogs, registry, take, waitUntil } = options;
  const dropped = new Map<string, number>();
  const inflow: BatchInflow = createBatchInflow(carried.arriving ?? [], catalogs.fetch, take);
  setHandler(defineSignal<[unknown]>(SHARD_BATCH), inflow.receive, { description: "From the router: accepted events, ends of runs, deploys" });
  setHandler(defineUpdate<DeployedHere, [{ readonly project: string; readonly revision: number }]>(SHARD_DEPLOYED), async ({ project, revision }) => {
    await waitUntil(() => (registry()?.state.projects[project]?.revision ?? 0) >= revision);
    const opened = registry();
    return { dropped: dropped.get(`${project} ${revision}`) ?? 0, wants: opened === undefined ? [] : wantsOf(opened, project) };
  });
  const hearsay = createHearsay(registry);
  return {
    ...alone(options),
    registered: (replies) => {
      for (const reply of replies) if (reply.ok) dropped.set(`${reply.project} ${reply.revision}`, reply.dropped);
    },
    found: (inputs) => {
      hearsay.tell(inputs.filter((input) => input.kind === "runEnded"));
      take(inputs.filter((input) => input.kind !== "runEnded"));
    },
    carried: (inbox) => {
      const arrived = inbox.flatMap((input) => (input.kind === "routed" ? [toSent(withoutKind(input))] : []));
      const arriving = [...arrived, ...inflow.waiting()];
      return { inbox: inbox.filter(({ kind }) => kind !== "routed"), ...(arriving.length === 0 ? {} : { arriving }) };
    },
    isQuiet: (inbox) => inflow.waiting().length === 0 && inbox.every(({ kind }) => kind !== "routed"),
  };
}

/** Anybody can send the signal, so it is read like all others. */
function shardEndsInput(payload: unknown): RegistryInput[] {
  return (Array.isArray(payload) ? payload : [payload]).map((item: unknown): RegistryInput => {
    if (isEnd(item)) return { kind: "runEnded", ...item };
    return { kind: "reject", event: isUndecodable(item) ? null : (item ?? null), code: "E_EVENT", why: `only shards of the registry send ${SHARD_ENDS}` };
  });
}

function isEnd(item: unknown): item is RunEnded {
  if (!isRecord(item) || !Array.isArray(item.outlets) || !END_STATUSES.some((status) => status === item.status)) return false;
  return item.run !== "__proto__" && [item.run, item.dag, item.temporalRunId].every((text) => typeof text === "string");
}

function withoutKind({ kind: _, ...batch }: Extract<RegistryInput, { kind: "routed" }>): RoutedBatch["batch"] {
  return batch;
}

/**
 * Ends of runs that this shard found out about. Nearly always the run has told the router itself, and the end comes back from there; the
 * router is told of those that it has not after a while. What is lost here the next look at silent runs finds again.
 */
function createHearsay(registry: () => Registry | undefined): { tell(ends: readonly RunEnded[]): void } {
  const { workflowId } = workflowInfo();
  const routerId = workflowId.slice(0, workflowId.lastIndexOf("-"));
  let heard: readonly RunEnded[] = [];

  async function tellLater(): Promise<void> {
    await sleep(HEARSAY_AFTER);
    const ends = heard.flatMap((end) => {
      const run = registry()?.consumers.get(end.dag)?.state.running[end.run];
      return run === undefined
        ? []
        : [{ ...end, partition: run.partition, began: { at: run.startedAt, hops: run.hops, ...(run.claimed === true ? { claimed: true as const } : {}) } }];
    });
    heard = [];
    if (ends.length > 0)
      await getExternalWorkflowHandle(routerId)
        .signal(SHARD_ENDS, ends)
        .catch(() => undefined);
  }
  return {
    tell: (ends) => {
      const isFirst = heard.length === 0;
      heard = [...heard, ...ends];
      if (isFirst && ends.length > 0) void tellLater();
    },
  };
}

function isRefusal(reply: unknown): boolean {
  return typeof reply === "object" && reply !== null && (reply as { readonly ok?: unknown }).ok === false;
}
