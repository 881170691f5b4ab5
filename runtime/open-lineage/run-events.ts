import type { CatalogAsset } from "../../core/catalog.ts";
import type { JsonObject } from "../../core/json.ts";
import { intervalOf } from "../../core/partitions/partition-key.ts";
import type { Plan } from "../../core/plan.ts";
import type { StoredEvent } from "../../store/queries/events.ts";
import type { RunDetails } from "../../store/queries/runs.ts";
import { datasetName } from "./dataset-name.ts";
import { datasetFacets, facet, ownFacet, PRODUCER, schemaUrl } from "./facets.ts";
import { lineageRunId } from "./run-id.ts";

/** A run with what is to be said of it. */
export interface ToldRun {
  readonly run: Pick<
    RunDetails,
    | "run"
    | "dag"
    | "status"
    | "partition"
    | "plan"
    | "cause"
    | "startedAt"
    | "endedAt"
    | "temporalRunId"
    | "error"
    | "consumed"
    | "published"
    | "tasks"
    | "attempts"
  >;
  readonly plan: Plan | undefined;
  /** The run that started this one, or that it repeats. */
  readonly parent?: { readonly run: string; readonly dag: string; readonly startedAt: number };
  /** Definitions by the URIs of assets. */
  readonly assets: ReadonlyMap<string, CatalogAsset>;
}

/** Events of one asset that one message names, at most. */
const NAMED = 100;

const ENDS = { succeeded: "COMPLETE", failed: "FAIL", cancelled: "ABORT" } as const;

/** That a run began: with its job and what it consumed. */
export function startEvent(told: ToldRun, namespace: string): JsonObject {
  return { eventType: "START", eventTime: iso(told.run.startedAt), ...aboutRun(told, namespace), inputs: inputsOf(told), outputs: [] };
}

/** That a run ended: with what it consumed and what it published. Undefined while it runs. */
export function endEvent(told: ToldRun, namespace: string): JsonObject | undefined {
  const { status, endedAt } = told.run;
  if (endedAt === null || !(status in ENDS)) return undefined;
  return {
    eventType: ENDS[status as keyof typeof ENDS],
    eventTime: iso(endedAt),
    ...aboutRun(told, namespace),
    inputs: inputsOf(told),
    outputs: outputsOf(told, told.run.published),
  };
}

function aboutRun({ run, plan, parent, assets }: ToldRun, namespace: string): JsonObject {
  const slice = nominalTime(run, assets);
  return {
    producer: PRODUCER,
    schemaURL: schemaUrl("RunEvent"),
    run: {
      runId: lineageRunId(run.run, run.startedAt),
      facets: {
        headgate_run: ownFacet("RunFacet", {
          ...{ run: run.run, temporalRunId: run.temporalRunId, partition: run.partition, plan: run.plan },
          cause: { kind: run.cause.kind, text: run.cause.text },
        }),
        ...(slice === null ? {} : { nominalTime: facet("NominalTimeRunFacet", { nominalStartTime: iso(slice.start), nominalEndTime: iso(slice.end) }) }),
        ...(parent === undefined
          ? {}
          : { parent: facet("ParentRunFacet", { run: { runId: lineageRunId(parent.run, parent.startedAt) }, job: { namespace, name: parent.dag } }) }),
        ...(run.error === null ? {} : { errorMessage: facet("ErrorMessageRunFacet", { message: run.error, programmingLanguage: "TypeScript" }) }),
      },
    },
    job: { namespace, name: run.dag, facets: jobFacets(plan) },
  };
}

/** What the plan of a DAG says of its job. */
export function jobFacets(plan: Plan | undefined): JsonObject {
  return {
    jobType: facet("JobTypeJobFacet", { processingType: "BATCH", integration: "HEADGATE", jobType: "DAG" }),
    ...(plan?.owner === undefined ? {} : { ownership: facet("OwnershipJobFacet", { owners: [{ name: plan.owner }] }) }),
    ...(plan?.description === undefined ? {} : { documentation: facet("DocumentationJobFacet", { description: plan.description }) }),
  };
}

/** The span of time that the partition of a run names, if it names one. */
function nominalTime({ partition, consumed, published }: ToldRun["run"], assets: ToldRun["assets"]): { readonly start: number; readonly end: number } | null {
  if (partition === null) return null;
  for (const { asset, partition: own } of [...published, ...consumed]) {
    const definition = assets.get(asset)?.partitions;
    const slice = definition === undefined || own !== partition ? null : intervalOf(definition, partition);
    if (slice !== null) return slice;
  }
  return null;
}

function inputsOf({ run, assets }: ToldRun): JsonObject[] {
  return byAsset(run.consumed).map(([asset, events]) => ({
    ...datasetName(asset),
    facets: { ...datasetFacets(assets.get(asset)) },
    inputFacets: { headgate_events: ownFacet("InputDatasetFacet", named(events)) },
  }));
}

/** The datasets of events that a run or a task published. */
export function outputsOf({ assets }: Pick<ToldRun, "assets">, published: readonly StoredEvent[]): JsonObject[] {
  return byAsset(published).map(([asset, events]) => {
    const last = events.at(-1);
    return {
      ...datasetName(asset),
      facets: {
        ...datasetFacets(assets.get(asset)),
        ...(last === undefined ? {} : { version: facet("DatasetVersionDatasetFacet", { datasetVersion: last.id }) }),
      },
      outputFacets: { headgate_events: ownFacet("OutputDatasetFacet", named(events)) },
    };
  });
}

function byAsset(events: readonly StoredEvent[]): readonly (readonly [string, readonly StoredEvent[]])[] {
  const found = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const ofAsset = found.get(event.asset);
    if (ofAsset === undefined) found.set(event.asset, [event]);
    else ofAsset.push(event);
  }
  return [...found];
}

function named(events: readonly StoredEvent[]): JsonObject {
  return {
    count: events.length,
    events: events.slice(-NAMED).map(({ source, id, partition, time }) => ({ source, id, partition, time: iso(time) })),
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
