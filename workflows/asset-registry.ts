import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from "@temporalio/workflow";
import type { Catalog } from "../core/catalog.ts";
import { type ExplainQuestion, type HandOverPage, QUERIES, SIGNALS, UPDATES } from "../core/registry-protocol.ts";
import {
  countsOf,
  dagState,
  emptyState,
  explain,
  heldBytes,
  nextWakeup,
  openRegistry,
  planByHash,
  type RegisterReply,
  type RegistryInput,
  runsToVerify,
  stateOf,
  step,
  summarize,
  watcherMark,
} from "../registry/index.ts";
import { DEFAULT_SETTINGS, type RegistryCarry } from "./registry-carry.ts";
import { createEventChecks } from "./registry-checks.ts";
import { createFactOutflow } from "./registry-facts.ts";
import { batchInput, publishInput, runEndedInput, runStartedInput } from "./registry-inbox.ts";
import { serveOperators } from "./registry-operators.ts";
import { createRecall } from "./registry-recall.ts";
import { createReconciler } from "./registry-reconcile.ts";
import { createStartOutflow } from "./registry-starts.ts";
import { serveWork } from "./registry-work.ts";

/** What the Web UI shows of the registry is this old at most while it works, in milliseconds. */
const DETAILS_EVERY = 1_000;
/** Bytes of history after which it continues as new. */
const HISTORY_SIZE = 2 * 1024 * 1024;
/** Bytes of events and facts that may be carried: compressed to a third (see client/large-payloads.ts) they are what the server takes. */
const CARRY_SIZE = 6 * 1024 * 1024;
/** Events of history between two looks at the size. */
const MEASURE_EVERY = 100;

/**
 * The registry: a thin shell around the pure machine of `registry/`. Signals of one workflow task are one instant. It never
 * uses a local activity and never waits for Postgres. Started without an input it begins empty.
 */
export async function assetRegistry(carried: RegistryCarry = beginning()): Promise<void> {
  const { workflowId } = workflowInfo();
  const registry = openRegistry(carried.state);
  let inbox: RegistryInput[] = [...carried.inbox];
  let dirty = true;
  let draining = false;
  const deploys: { reply?: RegisterReply }[] = [];
  /** Updates whose answer needs another step. */
  let asked = 0;

  const changed = (): void => {
    dirty = true;
  };
  const take = (inputs: readonly RegistryInput[]): void => {
    inbox.push(...inputs);
    dirty = true;
  };
  const answer = async (inputs: readonly RegistryInput[], isThere: () => boolean): Promise<void> => {
    asked += 1;
    take(inputs);
    await condition(isThere);
    asked -= 1;
  };
  const facts = createFactOutflow(workflowId, carried.facts, changed);
  const checks = createEventChecks(registry, carried.checking, take);
  const recall = createRecall(take);
  const reconciler = createReconciler(registry, take, changed);
  const starts = createStartOutflow({
    childStartLimit: carried.settings.childStartLimit,
    carried: carried.dispatching,
    ended: (end) => take([{ kind: "runEnded", ...end }]),
    suspect: reconciler.suspect,
    changed,
  });

  setHandler(defineSignal<[unknown, unknown]>(SIGNALS.assetUpdated), (payload, options) => take(publishInput(payload, options)), {
    description: "An asset changed: one event or an array of them",
  });
  setHandler(defineSignal<[unknown]>(SIGNALS.watcherBatch), (payload) => take(batchInput(payload)), { description: "A numbered batch of a watcher" });
  setHandler(defineSignal<[unknown]>(SIGNALS.runStarted), (payload) => take(runStartedInput(payload)), {
    description: "A run that the registry did not start",
  });
  setHandler(defineSignal<[unknown]>(SIGNALS.runEnded), (payload) => take(runEndedInput(payload)), { description: "A run ended, with its last outlets" });
  setHandler(
    defineSignal(SIGNALS.drain),
    () => {
      draining = true;
      dirty = true;
    },
    { description: "Continue as new soon" },
  );
  setHandler(defineUpdate<RegisterReply, [{ project: string; revision: number; catalog: Catalog }]>(UPDATES.registerCatalog), async (input) => {
    const deploy: { reply?: RegisterReply } = {};
    deploys.push(deploy);
    await answer([{ kind: "register", ...input }], () => deploy.reply !== undefined);
    return deploy.reply as RegisterReply;
  });
  const operators = serveOperators(registry, (input, isThere) => answer([input], isThere));
  const work = serveWork(registry, (input, isThere) => answer([input], isThere));
  setHandler(defineUpdate<void, [HandOverPage]>(UPDATES.handOver), async (page) => {
    const own: RegistryInput = { kind: "handOver", ...page };
    await answer([own], () => !inbox.includes(own));
  });
  setHandler(defineQuery(QUERIES.state), () => ({
    ...summarize(registry),
    waitingFacts: facts.unacknowledged().length,
    dispatching: starts.unacknowledged().length,
    inbox: inbox.length,
    history: workflowInfo().historyLength,
  }));
  setHandler(defineQuery<unknown, [ExplainQuestion, number?]>(QUERIES.explain), (question, now = Date.now()) => explain(registry, question, now));
  setHandler(defineQuery<unknown, [string]>(QUERIES.plan), (hash) => planByHash(registry, hash) ?? null);
  setHandler(defineQuery<unknown, [string]>(QUERIES.dag), (dag) => dagState(registry, dag));
  setHandler(defineQuery<unknown, [string]>(QUERIES.watcher), (watcher) => watcherMark(registry, watcher));

  let shownAt = 0;
  let measured = { at: Number.NEGATIVE_INFINITY, fits: true };
  const alarm = createAlarm(changed);
  for (;;) {
    // A signal's handler counts as unfinished until after what it changed was looked at: it is not `dirty` that ends this run.
    await condition(() => (mustContinueAsNew() ? mayContinueAsNew() || (dirty && asked > 0) : dirty));
    if (mustContinueAsNew() && mayContinueAsNew()) return await continueAsNew<typeof assetRegistry>(carry());
    dirty = false;
    const now = Date.now();

    if (recall.isOpen()) continue;
    const inputs = checks.divert(inbox);
    inbox = [];
    if (inputs.length > 0 || (nextWakeup(registry) ?? Infinity) <= now) {
      const decided = step(registry, inputs, now);
      for (const reply of decided.registered) {
        const deploy = deploys.shift();
        if (deploy) deploy.reply = reply;
      }
      operators.answer(decided.operated);
      work.answer(decided.work);
      facts.push(decided.facts);
      starts.start(decided.starts);
    }
    reconciler.look(() => silentRuns(now), now);
    facts.pump();
    alarm.set(earliest(nextWakeup(registry), reconciler.next()), now);
    if (now - shownAt > DETAILS_EVERY) {
      shownAt = now;
      setCurrentDetails(headline(countsOf(registry)));
    }
  }

  function silentRuns(now: number): ReturnType<typeof runsToVerify> {
    const underWay = starts.underWay();
    return runsToVerify(registry, now).filter(({ run }) => !underWay.has(run));
  }

  function mustContinueAsNew(): boolean {
    const info = workflowInfo();
    if (recall.isOpen()) return false;
    const wanted = draining || info.continueAsNewSuggested || info.historyLength > carried.settings.historyLimit || info.historySize > HISTORY_SIZE;
    return wanted && carryFits(info.historyLength);
  }

  /** A backlog that is too large to be carried keeps this run going until some of it is gone: the server would refuse it, for ever. */
  function carryFits(historyLength: number): boolean {
    if (historyLength >= measured.at + MEASURE_EVERY) measured = { at: historyLength, fits: heldBytes(registry) + facts.waitingBytes() <= CARRY_SIZE };
    return measured.fits;
  }

  /** Children that are starting must be heard of before the end of this run; until then only updates are served. */
  function mayContinueAsNew(): boolean {
    return starts.starting() === 0 && facts.starting() === 0 && allHandlersFinished();
  }

  function carry(): RegistryCarry {
    return {
      version: 1,
      state: stateOf(registry),
      inbox,
      checking: checks.unacknowledged(),
      dispatching: starts.unacknowledged(),
      facts: facts.unacknowledged(),
      settings: carried.settings,
    };
  }
}

function beginning(): RegistryCarry {
  // The end of the id: run ids begin with the time.
  const epoch = workflowInfo().firstExecutionRunId.slice(-8);
  return { version: 1, state: emptyState(epoch), inbox: [], checking: [], dispatching: [], facts: [], settings: DEFAULT_SETTINGS };
}

/** One lazy timer: an earlier one is left to fire and look again. */
function createAlarm(ring: () => void): { set(at: number | null, now: number): void } {
  let armed: number | null = null;
  return {
    set(at, now) {
      if (at === null || (armed !== null && armed <= at)) return;
      armed = at;
      void sleep(Math.max(1, at - now)).then(() => {
        if (armed === at) armed = null;
        ring();
      });
    },
  };
}

function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function headline({ consumers, running, pending, faulted }: ReturnType<typeof countsOf>): string {
  return `${consumers} DAGs · ${running} running · ${pending} events pending${faulted > 0 ? ` · ${faulted} faulted` : ""}`;
}
