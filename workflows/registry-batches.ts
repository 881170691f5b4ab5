import { getExternalWorkflowHandle, sleep, workflowInfo } from "@temporalio/workflow";
import type { Catalog } from "../core/catalog.ts";
import { isRecord } from "../core/json.ts";
import { countThatFit, jsonLength, LIMITS } from "../core/limits.ts";
import { SHARD_BATCH, shardName } from "../core/shard-protocol.ts";
import type { RegistryInput, RoutedBatch, ShardBatch } from "../registry/index.ts";
import { isUndecodable } from "./payload-converter.ts";

/** A batch as it travels and is carried: catalogues stand in it by their hash. */
export interface SentBatch extends Omit<ShardBatch, "inputs"> {
  readonly inputs: readonly SentInput[];
}
type SentInput = Exclude<ShardBatch["inputs"][number], { kind: "register" }> | SentRegister;
type SentRegister = Omit<Extract<RegistryInput, { kind: "register" }>, "catalog"> & { readonly catalog: string };

export interface SentTo {
  readonly shard: number;
  readonly batch: SentBatch;
}

const ROUTED: ReadonlySet<unknown> = new Set<ShardBatch["inputs"][number]["kind"]>([
  "accepted",
  "noted",
  "runStarted",
  "runEnded",
  "register",
  "hold",
  "release",
]);

/** Milliseconds until a shard that is not there is tried again, at most. */
const PATIENCE = 10_000;

export interface BatchOutflow {
  send(routed: readonly RoutedBatch[]): void;
  /** Nobody is known to have got these. Taken twice, one counts. */
  unacknowledged(): readonly SentTo[];
  waitingBytes(): number;
  /** Shards that do not take what is for them. */
  away(): readonly number[];
}

interface Lane {
  readonly waiting: Measured[];
  inFlight: readonly Measured[];
  isAway: boolean;
}

interface Measured {
  readonly batch: SentBatch;
  readonly bytes: number;
}

/** The way from the router to the other shards: to each one signal at a time, so that batches keep their order. */
export function createBatchOutflow(carried: readonly SentTo[], changed: () => void): BatchOutflow {
  const { workflowId } = workflowInfo();
  const lanes = new Map<number, Lane>();

  function laneOf(shard: number): Lane {
    const lane = lanes.get(shard) ?? { waiting: [], inFlight: [], isAway: false };
    lanes.set(shard, lane);
    return lane;
  }

  /** Measured once. */
  function add(shard: number, batch: SentBatch): void {
    laneOf(shard).waiting.push({ batch, bytes: jsonLength(batch) });
  }

  function pump(shard: number): void {
    const lane = laneOf(shard);
    if (lane.inFlight.length > 0 || lane.waiting.length === 0) return;
    lane.inFlight = lane.waiting.splice(
      0,
      countThatFit(lane.waiting, ({ bytes }) => bytes, LIMITS.activityBytes / 2),
    );
    void deliver(shard).then(() => {
      lane.inFlight = [];
      pump(shard);
      changed();
    });
  }

  async function deliver(shard: number): Promise<void> {
    const lane = laneOf(shard);
    for (let wait = 500; ; wait = Math.min(PATIENCE, wait * 2)) {
      try {
        await getExternalWorkflowHandle(shardName(workflowId, shard)).signal(
          SHARD_BATCH,
          lane.inFlight.map(({ batch }) => batch),
        );
        lane.isAway = false;
        return;
      } catch {
        // It was closed or terminated: what is for it waits until somebody puts it back.
        lane.isAway = true;
        changed();
        await sleep(wait);
      }
    }
  }

  for (const { shard, batch } of carried) add(shard, batch);
  for (const shard of lanes.keys()) pump(shard);
  return {
    send: (routed) => {
      for (const { shard, batch } of routed) add(shard, toSent(batch));
      for (const { shard } of routed) pump(shard);
    },
    unacknowledged: () => [...lanes].flatMap(([shard, { inFlight, waiting }]) => [...inFlight, ...waiting].map(({ batch }) => ({ shard, batch }))),
    waitingBytes: () => [...lanes.values()].reduce((sum, { inFlight, waiting }) => [...inFlight, ...waiting].reduce((all, { bytes }) => all + bytes, sum), 0),
    away: () => [...lanes].flatMap(([shard, { isAway }]) => (isAway ? [shard] : [])),
  };
}

export interface BatchInflow {
  /** What the signal brought. */
  receive(payload: unknown): void;
  /** Batches that wait for a catalogue. */
  waiting(): readonly SentBatch[];
}

/** Where batches of the router arrive. One with a deploy waits until its catalogue is loaded, and all behind it wait for it. */
export function createBatchInflow(
  carried: readonly SentBatch[],
  load: (hash: string) => Promise<Catalog | string>,
  take: (inputs: readonly RegistryInput[]) => void,
): BatchInflow {
  let waiting: readonly SentBatch[] = [];
  let isLoading = false;

  function add(batches: readonly SentBatch[]): void {
    waiting = [...waiting, ...batches];
    if (!isLoading) drain();
  }

  function drain(): void {
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const { inputs } = next;
      if (!hasRegisters(inputs)) {
        waiting = waiting.slice(1);
        take([{ kind: "routed", ...next, inputs: inputs as ShardBatch["inputs"] }]);
        continue;
      }
      isLoading = true;
      void complete(inputs).then((whole) => {
        const [batch, ...rest] = waiting as [SentBatch, ...SentBatch[]];
        waiting = rest;
        isLoading = false;
        take([{ kind: "routed", ...batch, inputs: whole }]);
        drain();
      });
      return;
    }
  }

  async function complete(inputs: readonly SentInput[]): Promise<ShardBatch["inputs"]> {
    const whole: ShardBatch["inputs"][number][] = [];
    for (const input of inputs) whole.push(input.kind === "register" ? { ...input, catalog: await patiently(input.catalog) } : input);
    return whole;
  }

  async function patiently(hash: string): Promise<Catalog> {
    for (;;) {
      const catalog = await load(hash);
      if (typeof catalog !== "string") return catalog;
      await sleep(PATIENCE);
    }
  }

  add(carried);
  return {
    receive: (payload) => {
      const all: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
      const strange = all.filter((one) => !isSentBatch(one));
      if (strange.length > 0)
        take(
          strange.map((one) => ({
            kind: "reject",
            event: isUndecodable(one) ? null : (one ?? null),
            code: "E_EVENT",
            why: "only the router sends batches to a shard",
          })),
        );
      add(all.filter(isSentBatch));
    },
    waiting: () => waiting,
  };
}

/** As it is carried: its catalogues can be loaded again. */
export function toSent({ inputs, ...batch }: ShardBatch): SentBatch {
  return { ...batch, inputs: inputs.map((input): SentInput => (input.kind === "register" ? { ...input, catalog: input.catalog.hash } : input)) };
}

function hasRegisters(inputs: readonly SentInput[]): boolean {
  return inputs.some(({ kind }) => kind === "register");
}

function isSentBatch(value: unknown): value is SentBatch {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value.generation) &&
    Number.isSafeInteger(value.no) &&
    Array.isArray(value.inputs) &&
    value.inputs.every((input) => isRecord(input) && ROUTED.has(input.kind))
  );
}
