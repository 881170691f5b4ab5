import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  makeContinueAsNewFunc,
  patched,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from "@temporalio/workflow";
import type { Catalog } from "../core/catalog.ts";
import { jsonLength } from "../core/limits.ts";
import { type ExplainQuestion, type HandOverPage, QUERIES, registryTaskTime, SIGNALS, UPDATES, WAITS_FOR_CATALOG } from "../core/registry-protocol.ts";
import { registryName } from "../core/shard-protocol.ts";
import {
  bringCatalogs,
  carriedStateOf,
  catalogsToLoad,
  countsOf,
  dagState,
  emptyState,
  explain,
  heldBytes,
  nextWakeup,
  openRegistry,
  planByHash,
  previewDeploy,
  type RegisterReply,
  type Registry,
  type RegistryInput,
  runsToVerify,
  type StretchOrders,
  stateOf,
  step,
  summarize,
  summarizeCarried,
  watcherMark,
  watchesFreshness,
} from "../registry/index.ts";
import { createAlarm, earliest } from "./registry-alarm.ts";
import { createAnswerOutflow } from "./registry-answers.ts";
import { DEFAULT_SETTINGS, RECONCILING, type RegistryCarry } from "./registry-carry.ts";
import { createRegistryCatalogs } from "./registry-catalogs.ts";
import { createEventChecks, type EventChecks } from "./registry-checks.ts";
import { createRunClaims, type RunClaims } from "./registry-claims.ts";
import { createFactOutflow } from "./registry-facts.ts";
import { batchInput, publishInput, runEndedInput, runStartedInput, unknownSignalInput } from "./registry-inbox.ts";
import { serveOperators } from "./registry-operators.ts";
import { createRecall } from "./registry-recall.ts";
import { createReconciler, type Reconciler } from "./registry-reconcile.ts";
import { createShards } from "./registry-shards.ts";
import { createStartOutflow } from "./registry-starts.ts";
import { createStretchTraffic, type StretchTraffic } from "./registry-stretches.ts";
import { serveWork } from "./registry-work.ts";

/** What the Web UI shows of the registry is this old at most while it works, in milliseconds. */
const DETAILS_EVERY = 1_000;
/** Bytes of history after which it continues as new. */
const HISTORY_SIZE = 2 * 1024 * 1024;
/** Bytes of events and facts that may be carried: compressed to a third (see client/large-payloads.ts) they are what the server takes. */
const CARRY_SIZE = 6 * 1024 * 1024;
/** Events of history between two looks at the size. */
const MEASURE_EVERY = 100;
/** How old the size of the state may be that a query is told, in milliseconds: to find it out, all of the state is written out. */
const SIZE_EVERY = 1_000;

/** How long an update waits for a registry that has no catalogue yet. */
const PATIENCE = "30 seconds";
/** Events of history that must follow on the loading of the catalogues before the server's wish to continue as new counts. */
const FRESH = 500;

/**
 * The registry: a thin shell around the pure machine of `registry/`. Signals of one workflow task are one instant. It never
 * uses a local activity and never waits for Postgres. Started without an input it begins empty.
 */
export async function assetRegistry(carried: RegistryCarry = beginning()): Promise<RegistryCarry> {
  // It cannot be cancelled: what it has under way would be cut off in the middle. `pauseRegistry` holds it, `closeRegistry` ends it in order.
  return await CancellationScope.nonCancellable(() => decide(carried));
}

async function decide(carried: RegistryCarry): Promise<RegistryCarry> {
  const { workflowId } = workflowInfo();
  const { silentAfter, lookEvery } = { ...RECONCILING, ...carried.settings };
  /** Not there until its catalogues are. */
  let opened: Opened | undefined;
  let inbox: RegistryInput[] = [...carried.inbox];
  let dirty = true;
  let draining = false;
  let closing = false;
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
  const registryNow = (): Registry => {
    if (opened === undefined) throw notOpenYet(catalogs.missing());
    return opened.registry;
  };
  /**
   * Handlers of updates stand outside of the scope of the rest, so each of their waits needs one of its own. Without a catalogue to
   * wait for there is no timer: an update that comes with the first task finds the registry open or not yet, by how the task is
   * delivered, and a replay delivers it otherwise; a timer in one of the two would number all later ones differently.
   */
  const untilOpen = async (): Promise<void> => {
    if (opened !== undefined) return;
    if (catalogs.missing().length === 0) return CancellationScope.nonCancellable(() => condition(() => opened !== undefined));
    if (!(await CancellationScope.nonCancellable(() => condition(() => opened !== undefined, PATIENCE)))) throw notOpenYet(catalogs.missing());
  };
  const answer = async (inputs: readonly RegistryInput[], isThere: () => boolean): Promise<void> => {
    await untilOpen();
    asked += 1;
    take(inputs);
    await CancellationScope.nonCancellable(() => condition(isThere));
    asked -= 1;
  };
  const facts = createFactOutflow(registryName(workflowId, carried.state.shard?.index), carried.facts, changed);
  const catalogs = createRegistryCatalogs(catalogsToLoad(carried.state), carried.leaving ?? {}, changed, carried.state.shard !== undefined);
  const shards = createShards({ carried, catalogs, registry: () => opened?.registry, take, changed, waitUntil: (isThere) => answer([], isThere) });
  const recall = createRecall(take);
  const starts = createStartOutflow({
    childStartLimit: carried.settings.childStartLimit,
    carried: carried.dispatching,
    ended: (end) => shards.found([{ kind: "runEnded", ...end }]),
    suspect: (run) => opened?.reconciler.suspect(run),
    changed,
  });

  const answers = createAnswerOutflow(carried.answering ?? [], (run) => starts.underWay().has(run));

  setHandler(defineSignal<[unknown, unknown, ...unknown[]]>(SIGNALS.assetUpdated), (...args) => take(publishInput(...args)), {
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
  // Without it, a signal whose name is misspelt is kept for a handler that never comes, and nobody hears of it. It must come after the
  // handlers of all signals: it takes at once whatever came with the first task and has no handler yet.
  setDefaultSignalHandler((name, ...payloads) => {
    if (patched("unknown-signals-are-rejected")) take(unknownSignalInput(name, payloads));
  });
  setHandler(defineUpdate<RegisterReply, [{ project: string; revision: number; catalog: Catalog | string }]>(UPDATES.registerCatalog), async (input) => {
    await untilOpen();
    const catalog = typeof input.catalog === "string" ? await CancellationScope.nonCancellable(() => catalogs.fetch(input.catalog as string)) : input.catalog;
    if (typeof catalog === "string") return { ok: false, code: "E_CATALOG_GONE", message: catalog };
    const deploy: { reply?: RegisterReply } = {};
    deploys.push(deploy);
    await answer([{ kind: "register", project: input.project, revision: input.revision, catalog }], () => deploy.reply !== undefined);
    const everywhere = shards.deployed(deploy.reply as RegisterReply);
    return everywhere === undefined ? (deploy.reply as RegisterReply) : await everywhere;
  });
  const operators = serveOperators(registryNow, shards, (input, isThere) => answer([input], isThere));
  const work = serveWork(registryNow, untilOpen, shards, (input, isThere) => answer([input], isThere));
  setHandler(defineUpdate<void, [HandOverPage]>(UPDATES.handOver), async (page) => {
    const there = shards.elsewhere(UPDATES.handOver, page.dag, page);
    if (there !== undefined) return void (await there);
    const own: RegistryInput = { kind: "handOver", ...page };
    await answer([own], () => !inbox.includes(own));
  });
  setHandler(
    defineUpdate<void>(UPDATES.closeRegistry),
    async () => {
      await untilOpen();
      closing = true;
      dirty = true;
    },
    { description: "Complete with all that it carries, for an export; senders wait" },
  );
  setHandler(defineQuery(QUERIES.state), () => shards.answer(status));
  const status = (): object => ({
    ...(opened === undefined ? summarizeCarried(carried.state) : summarize(opened.registry)),
    waitingFacts: facts.unacknowledged().length,
    dispatching: starts.unacknowledged().length,
    inbox: inbox.length + (opened?.claims.unacknowledged().length ?? 0),
    history: workflowInfo().historyLength,
    stateBytes: stateBytes(),
    waitsForCatalogs: opened === undefined ? catalogs.missing() : [],
  });
  setHandler(defineQuery<unknown, [ExplainQuestion, number?]>(QUERIES.explain), (question, now = Date.now()) =>
    shards.answer(() => explain(registryNow(), question, now), "dag" in question ? question.dag : undefined),
  );
  setHandler(defineQuery<unknown, [Catalog]>(QUERIES.previewDeploy), (catalog) =>
    shards.answer(() => previewDeploy(registryNow(), { project: catalog.project, catalog }, Date.now())),
  );
  setHandler(defineQuery<unknown, [string]>(QUERIES.plan), (hash) => shards.answer(() => planByHash(registryNow(), hash) ?? null));
  setHandler(defineQuery<unknown, [string]>(QUERIES.dag), (dag) => shards.answer(() => dagState(registryNow(), dag), dag));
  setHandler(defineQuery<unknown, [string]>(QUERIES.watcher), (watcher) => watcherMark(opened?.registry.state ?? carried.state, watcher));

  let parks: boolean | undefined;
  let leaves: boolean | undefined;
  let watches: boolean | undefined;
  let shownAt = 0;
  let told = { at: Number.NEGATIVE_INFINITY, bytes: 0 };
  let measured = { at: Number.NEGATIVE_INFINITY, fits: true };
  let base = { length: 0, size: 0 };
  while (catalogs.missing().length > 0) {
    await condition(() => dirty || (mustContinueAsNew() && mayContinueAsNew()));
    if (mustContinueAsNew() && mayContinueAsNew()) return await goOn(carry());
    dirty = false;
    facts.pump();
    if (catalogs.missing().length > 0) setCurrentDetails(`waits for ${catalogs.missing().length} catalogues`);
  }
  const registry = openRegistry(bringCatalogs(carried.state, catalogs.loaded()));
  const stretches = createStretchTraffic(registry.state.epoch, { releasing: carried.releasing ?? [], parking: carried.parking ?? [] }, take, changed);
  const checks = createEventChecks(registry, carried.checking, take);
  const reconciler = createReconciler(registry, lookEvery, shards.found, changed);
  const claims = createRunClaims(registry, take);
  opened = { registry, checks, claims, reconciler, stretches };
  dirty = true;
  if (catalogs.loaded().size > 0) base = { length: workflowInfo().historyLength, size: workflowInfo().historySize };
  catalogs.tend(registry.state.projects, Date.now());

  watchFreshness([]);

  const alarm = createAlarm(changed);
  for (;;) {
    // A signal's handler counts as unfinished until after what it changed was looked at: it is not `dirty` that ends this run.
    await condition(() => (mustContinueAsNew() ? mayContinueAsNew() || (dirty && (asked > 0 || mustStep())) : dirty));
    if (mustContinueAsNew() && mayContinueAsNew()) return closing ? { ...carry(), state: stateOf(registry) } : await goOn(carry());
    dirty = false;
    const now = Date.now();

    if (recall.isOpen()) continue;
    const inputs = claims.divert(checks.divert(inbox));
    inbox = [];
    watchFreshness(inputs);
    if (inputs.length > 0 || (nextWakeup(registry) ?? Infinity) <= now) {
      // Decided once for each run: a history of an earlier release goes on as it began.
      if (inputs.length > 0) registry.traffic.leaves = leaves ??= patched("parked-at-once");
      if (registry.traffic.leaves) registry.traffic.rests = closing;
      const decided = step(registry, inputs, now);
      for (const reply of decided.registered) {
        const deploy = deploys.shift();
        if (deploy) deploy.reply = reply;
      }
      shards.registered(decided.registered);
      operators.answer(decided.operated);
      work.answer(decided.work);
      if (decided.registered.length > 0) catalogs.tend(registry.state.projects, now);
      facts.push(decided.facts);
      shards.send(decided.routed);
      starts.start(decided.starts);
      answers.tell(decided.answers);
      serveStretches(decided.stretches);
    }
    reconciler.look(() => silentRuns(now), now);
    facts.pump();
    answers.pump();
    alarm.set(earliest(nextWakeup(registry), reconciler.next()), now);
    if (now - shownAt > DETAILS_EVERY) {
      shownAt = now;
      setCurrentDetails(headline(countsOf(registry)) + shards.trouble());
    }
  }

  /** Decided once for each run: a history of an earlier release has none of these timers and facts. */
  function watchFreshness(inputs: readonly RegistryInput[]): void {
    if (watchesFreshness(registry, inputs)) registry.freshness.on = watches ??= patched("freshness");
  }

  function serveStretches(orders: StretchOrders): void {
    if (orders.park.length + orders.read.length + orders.release.length === 0) return;
    // Decided once for each run: a history of an earlier release has none of these commands.
    parks ??= patched("stretches");
    if (!parks) return;
    if (!mustContinueAsNew()) stretches.serve(orders);
    else if (registry.traffic.leaves) stretches.serveLast(orders);
    else stretches.serve({ ...orders, park: [] });
  }

  function silentRuns(now: number): ReturnType<typeof runsToVerify> {
    const underWay = starts.underWay();
    return runsToVerify(registry, now, silentAfter).filter(({ run }) => !underWay.has(run));
  }

  function mustContinueAsNew(): boolean {
    const info = workflowInfo();
    if (recall.isOpen()) return false;
    // Large catalogues make a large history before anything is decided: the next run would have to load them all the same.
    if (opened === undefined) return draining || info.historyLength > carried.settings.historyLimit;
    const suggested = info.continueAsNewSuggested && info.historyLength > base.length + FRESH;
    const wanted =
      closing || draining || suggested || info.historyLength > base.length + carried.settings.historyLimit || info.historySize > base.size + HISTORY_SIZE;
    return wanted && carryFits(info.historyLength);
  }

  /** A backlog that is too large to be carried keeps this run going until some of it is gone: the server would refuse it, for ever. */
  function carryFits(historyLength: number): boolean {
    if (opened !== undefined && historyLength >= measured.at + MEASURE_EVERY)
      measured = { at: historyLength, fits: heldBytes(opened.registry) + facts.waitingBytes() + shards.waitingBytes() <= CARRY_SIZE };
    return measured.fits;
  }

  /** Children that are starting must be heard of before the end of this run; until then only updates are served. */
  function mayContinueAsNew(): boolean {
    const isAtRest = starts.starting() === 0 && facts.starting() === 0 && (opened?.stretches.parking() ?? 0) === 0 && !mustStep() && allHandlersFinished();
    return isAtRest && (!closing || shards.isQuiet(inbox));
  }

  /**
   * Answers about what left the state: the next run would not know them, and keep the events in the state. When the registry is closed, what
   * came from its other shards, too: what is exported has nothing on the way.
   */
  function mustStep(): boolean {
    return inbox.some(({ kind }) => kind === "parked" || (closing && kind === "routed"));
  }

  function carry(): RegistryCarry {
    return {
      version: 1,
      state: stateToCarry(),
      ...shards.carried([...(opened?.claims.unacknowledged() ?? []), ...inbox]),
      checking: opened === undefined ? carried.checking : opened.checks.unacknowledged(),
      dispatching: starts.unacknowledged(),
      facts: facts.unacknowledged(),
      leaving: catalogs.leaving(),
      ...stretchesToCarry(),
      ...answering(),
      settings: carried.settings,
    };
  }

  /** A later run may need more time for its tasks than this one, or less. */
  function goOn(carry: RegistryCarry): Promise<never> {
    const consumers = opened?.registry.consumers.size ?? Object.keys(carried.state.consumers).length;
    return makeContinueAsNewFunc<typeof assetRegistry>({ workflowTaskTimeout: registryTaskTime(consumers) })(carry);
  }

  function stretchesToCarry(): Pick<RegistryCarry, "parking" | "releasing"> {
    const parking = opened === undefined ? (carried.parking ?? []) : opened.stretches.unasked();
    const releasing = opened === undefined ? (carried.releasing ?? []) : opened.stretches.unreleased();
    return { ...(parking.length === 0 ? {} : { parking }), ...(releasing.length === 0 ? {} : { releasing }) };
  }

  function answering(): Pick<RegistryCarry, "answering"> {
    const untold = answers.unacknowledged();
    return untold.length === 0 ? {} : { answering: untold };
  }

  function stateBytes(): number {
    // The clock of a workflow stands still between its tasks, as its state does.
    const now = Date.now();
    if (now - told.at >= SIZE_EVERY) told = { at: now, bytes: jsonLength(stateToCarry()) };
    return told.bytes;
  }

  function stateToCarry(): RegistryCarry["state"] {
    return opened === undefined ? carried.state : carriedStateOf(opened.registry, catalogs.isKept);
  }
}

interface Opened {
  readonly registry: Registry;
  readonly checks: EventChecks;
  readonly claims: RunClaims;
  readonly reconciler: Reconciler;
  readonly stretches: StretchTraffic;
}

function notOpenYet(missing: readonly string[]): ApplicationFailure {
  const what = `${WAITS_FOR_CATALOG} ${missing.join(", ")}; what is published meanwhile is accepted and waits`;
  return ApplicationFailure.create({ type: "E_REGISTRY_UNREACHABLE", message: what, nonRetryable: true });
}

function beginning(): RegistryCarry {
  // The end of the id: run ids begin with the time.
  const epoch = workflowInfo().firstExecutionRunId.slice(-8);
  return { version: 1, state: emptyState(epoch), inbox: [], checking: [], dispatching: [], facts: [], settings: DEFAULT_SETTINGS };
}

function headline({ consumers, running, pending, faulted }: ReturnType<typeof countsOf>): string {
  return `${consumers} DAGs · ${running} running · ${pending} events pending${faulted > 0 ? ` · ${faulted} faulted` : ""}`;
}
