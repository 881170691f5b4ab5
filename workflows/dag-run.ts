import { defineSearchAttributeKey, SearchAttributeType } from "@temporalio/common";
import {
  CancellationScope,
  CancelledFailure,
  defineQuery,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from "@temporalio/workflow";
import type { EventInput } from "../core/event.ts";
import { SEARCH_ATTRIBUTES } from "../core/names.ts";
import type { HashedPlan } from "../core/plan.ts";
import type { Cause, EndStatus, LoadedPlan, RunInput, RunStarted, TaskStatus } from "../core/run.ts";
import { type OutcomeQuestion, RUN_QUERIES, type RunOutcome } from "../core/run-protocol.ts";
import { buildGraph, type Graph, type RunFacts, type RunState } from "../interpreter/index.ts";
import { takeAnswers } from "./answers.ts";
import type { ConsumedTrace, RunReport } from "./ports.ts";
import { impatient, logUnheard, patient } from "./run-activities.ts";
import { createEndTeller } from "./run-end.ts";
import { codeOf, orFailure, reasonOf, runFailure } from "./run-failure.ts";
import { parseRunInput } from "./run-input.ts";
import { toOutcome } from "./run-outcome.ts";
import { progressText, type RunProgress, toProgress } from "./run-progress.ts";
import { type EndCommand, runTasks } from "./run-tasks.ts";

export const progressQuery = defineQuery<RunProgress>(RUN_QUERIES.progress);
export const planQuery = defineQuery<HashedPlan | null>(RUN_QUERIES.plan);
export const outcomeQuery = defineQuery<RunOutcome, [OutcomeQuestion?]>(RUN_QUERIES.outcome);

/** What a run that succeeded returns. */
export interface RunResult {
  readonly status: "succeeded";
  readonly tasks: Readonly<Record<string, TaskStatus>>;
}

/** Runs a DAG; the workflow type is its id. */
export async function dagRun(...args: unknown[]): Promise<RunResult> {
  const input = orFailure(() => parseRunInput(args));
  const run = nameRun(input);
  let plan: HashedPlan | null = null;
  let state: RunState | undefined;
  setHandler(progressQuery, () => toProgress(run.dag, run.partition, plan?.hash ?? null, state));
  setHandler(planQuery, () => plan);
  setHandler(outcomeQuery, (question) => toOutcome(input, plan?.hash ?? null, state, question));
  const answers = takeAnswers();
  const ends = createEndTeller();

  let begun: { readonly loaded: LoadedPlan; readonly graph: Graph };
  try {
    begun = await begin(run, input);
  } catch (error) {
    const why = reasonOf(error);
    if (input.decision !== undefined) await ends.report({ ...run, status: isCancellation(error) ? "cancelled" : "failed", outlets: [], error: why, tasks: [] });
    throw isCancellation(error) ? error : runFailure(why, codeOf(error) ?? "E_PLAN_GONE", error);
  }
  const { loaded, graph } = begun;
  plan = loaded.plan;

  const cause = causeOf(input);
  if (loaded.searchAttributes) setSearchAttributes(run.dag, run.partition);
  if (input.decision === undefined)
    await CancellationScope.nonCancellable(() => teller(graph).announceRun({ ...run, cause, ...carriedBy(input) })).catch(logUnheard);

  const facts: RunFacts = {
    id: run.run,
    temporalRunId: run.temporalRunId,
    partition: run.partition,
    events: input.events ?? [],
    references: input.references ?? [],
    hops: hopsOf(input),
    ...(input.kept === undefined ? {} : { kept: input.kept }),
  };
  const publishing: Promise<void>[] = [];
  const refusals: unknown[] = [];
  const { end, failure } = await runTasks({
    graph,
    facts,
    common: {
      run: { id: run.run, temporalRunId: run.temporalRunId, dag: run.dag, cause },
      plan: plan.hash,
      partition: run.partition,
      ...(input.interval === undefined ? {} : { interval: input.interval }),
      params: loaded.params,
      hops: facts.hops + 1,
    },
    answers,
    onState: (next) => {
      state = next;
      setCurrentDetails(progressText(next, run.partition, cause.text));
    },
    // Caught at once: a rejection that nobody awaits yet fails the workflow task.
    publish: (outlets) => publishing.push(publishOutlets(run.run, outlets).catch((error: unknown) => void refusals.push(error))),
  });
  // Each promise of a workflow costs: the SDK keeps a stack trace of it.
  if (publishing.length > 0) await Promise.all(publishing);
  let ending = toEnding(end, failure, refusals[0]);
  const tasks = statusesOf(state);
  const told = {
    ...run,
    ...beganIn(input),
    status: ending.status,
    outlets: end.outlets,
    ...(ending.error === undefined ? {} : { error: ending.error }),
    tasks,
  };
  if (loaded.endBySink !== true || !ends.handOver(told, consumedTrace(input))) {
    try {
      await ends.report(told);
    } catch (refused) {
      ending = toEnding(end, failure, refused);
      await ends.report({ ...run, ...beganIn(input), status: ending.status, outlets: [], error: ending.error ?? reasonOf(refused), tasks });
    }
  }
  return close(ending, tasks);
}

/** Spans of consumed events that the span of a run has links to, at most. */
const LINKS = 32;

function consumedTrace({ events = [], references = [] }: RunInput): ConsumedTrace {
  const links: string[] = [];
  for (const { traceparent } of [...events, ...references]) if (traceparent !== undefined && links.length < LINKS) links.push(traceparent);
  const acceptedAt = events.reduce((last, { at }) => Math.max(last, at), Number.NEGATIVE_INFINITY);
  return { links, ...(Number.isFinite(acceptedAt) ? { acceptedAt } : {}) };
}

/** Only a registry that knows of the run can tell it of the events that it waits for. */
function teller({ plan }: Graph): typeof impatient {
  return plan.tasks.some(({ wait }) => wait?.for === "event") ? patient : impatient;
}

interface Ending {
  readonly status: EndStatus;
  readonly error: string | undefined;
  readonly code: string;
  readonly cause: unknown;
}

/** A run whose outlets the registry will never take has failed, whatever its tasks did. */
function toEnding(end: EndCommand, failure: unknown, refusal: unknown): Ending {
  if (refusal === undefined || end.status !== "succeeded") return { status: end.status, error: end.error, code: end.code ?? "E_TASK_FAILED", cause: failure };
  return { status: "failed", error: `its outlets were refused: ${reasonOf(refusal)}`, code: codeOf(refusal) ?? "E_EVENT", cause: refusal };
}

type RunName = Pick<RunReport, "run" | "temporalRunId" | "dag"> & { readonly partition: string | null };

function nameRun(input: RunInput): RunName {
  const { workflowId, runId, workflowType } = workflowInfo();
  return { run: workflowId, temporalRunId: runId, dag: workflowType, partition: input.partition ?? null };
}

async function begin(run: RunName, input: RunInput): Promise<{ readonly loaded: LoadedPlan; readonly graph: Graph }> {
  const loaded =
    input.loaded ?? (await patient.loadPlan({ dag: run.dag, params: input.params ?? {}, ...(input.plan === undefined ? {} : { hash: input.plan }) }));
  return { loaded, graph: orFailure(() => buildGraph(loaded.plan.plan)) };
}

function publishOutlets(run: string, events: readonly EventInput[]): Promise<void> {
  return CancellationScope.nonCancellable(() => patient.publishOutlets({ run, events }));
}

function close({ status, error, code, cause }: Ending, tasks: RunReport["tasks"]): RunResult {
  switch (status) {
    case "succeeded":
      return { status, tasks: Object.fromEntries(tasks.map((entry) => [entry.task, entry.status])) };
    case "cancelled":
      throw new CancelledFailure("the run was cancelled");
    case "failed":
      throw runFailure(error ?? "the run failed", code, cause);
  }
}

function statusesOf(state: RunState | undefined): RunReport["tasks"] {
  return Object.entries(state?.tasks ?? {}).map(([task, { status, why }]) => ({ task, status, ...(why === undefined ? {} : { why }) }));
}

/** A run of a person takes nothing; only a rerun carries what its first run consumed. */
function carriedBy({ key, events = [], cause }: RunInput): Pick<RunStarted, "key" | "events"> {
  return cause?.kind === "rerun" ? { ...(key === undefined ? {} : { key }), events: events.length } : {};
}

function causeOf(input: RunInput): Cause {
  return input.cause ?? { kind: "person", text: "started by a Temporal client" };
}

/** The router of a registry in shards does not know a run that another shard began. */
function beganIn(input: RunInput): Pick<RunReport, "began"> {
  return input.decision?.shard === undefined ? {} : { began: { at: workflowInfo().startTime.getTime(), hops: hopsOf(input) } };
}

function hopsOf(input: RunInput): number {
  return input.hops ?? (input.events ?? []).reduce((most, event) => Math.max(most, event.hops), 0);
}

/** Only where the namespace has them: the server refuses others by failing the workflow task for ever. */
function setSearchAttributes(dag: string, partition: string | null): void {
  const known = workflowInfo().typedSearchAttributes;
  const wanted = [
    { key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.dag, SearchAttributeType.KEYWORD), value: dag },
    ...(partition === null ? [] : [{ key: defineSearchAttributeKey(SEARCH_ATTRIBUTES.partition, SearchAttributeType.KEYWORD), value: partition }]),
  ].filter(({ key }) => known.get(key) === undefined);
  if (wanted.length > 0) upsertSearchAttributes(wanted);
}
