import type { Duration } from "../../core/condition.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { ReadContext, Source, SourceAsset } from "../../core/source.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { normalizeUri } from "../../core/uri/uri.ts";
import { type AirflowAssetEvent, assetEventFeed, assetEventId } from "./asset-events.ts";
import { type AirflowClient, createAirflowClient } from "./client.ts";
import { type AirflowEndState, type AirflowRunEnd, dagRunFeed, runEndId } from "./dag-runs.ts";
import { type AirflowCursor, readFeed } from "./read-feed.ts";

interface AirflowOptions {
  /** Name of the connection, `HEADGATE_CONN_<NAME>`: `https://user:password@host/`, or `https://bearer:TOKEN@host/`. */
  readonly connection: string;
  /** How long Airflow may take from an entry's instant until it can be read. @default "2m" */
  readonly margin?: Duration;
}

export interface AirflowAssetsOptions extends AirflowOptions {
  /** URIs of assets in Airflow, or names of those without one. @default the URI of the asset that is published, or waited for */
  readonly assets?: string | readonly string[];
}

export interface AirflowRunsOptions extends AirflowOptions {
  /** Ids of DAGs in Airflow. @default all of them */
  readonly dags?: string | readonly string[];
  /** Which ends count. @default ["success"] */
  readonly states?: readonly AirflowEndState[];
}

/**
 * Updates of assets in an existing Airflow 3. An event's id is its number and its instant.
 *
 * @example
 * const raw = asset("s3://lake/raw/orders");
 * watch("orders-in-airflow", airflowAssets({ connection: "airflow" }), { publishes: raw, every: "10s" });
 */
export function airflowAssets(options: AirflowAssetsOptions): Source<AirflowAssetEvent, AirflowCursor> {
  const margin = checkOptions("airflowAssets", options);
  const named = options.assets === undefined ? undefined : [options.assets].flat();

  return {
    kind: "airflowAssets",
    // Not the assets: a position is an instant, whichever are read.
    describe: () => `airflow:${options.connection}/assets`,
    identify: (item, asset) => ({ id: assetEventId(item), time: item.at, ...partitionOf(item.partition, asset) }),
    read: (context) => readFeed(assetEventFeed(clientOf(options, context), matcherOf(named, context.asset)), margin, context),
  };
}

/**
 * Ends of DAG runs in an existing Airflow 3.
 *
 * @example
 * watch("orders-loaded", airflowRuns({ connection: "airflow", dags: "orders_load" }), { publishes: loaded });
 */
export function airflowRuns(options: AirflowRunsOptions): Source<AirflowRunEnd, AirflowCursor> {
  const margin = checkOptions("airflowRuns", options);
  const dags = options.dags === undefined ? undefined : [options.dags].flat();
  const states = options.states ?? ["success"];

  return {
    kind: "airflowRuns",
    describe: () => `airflow:${options.connection}/runs`,
    identify: (item, asset) => ({ id: runEndId(item), time: item.endedAt, ...partitionOf(item.partition, asset) }),
    read: (context) => readFeed(dagRunFeed(clientOf(options, context), dags, states), margin, context),
  };
}

function checkOptions(name: string, { connection, margin = "2m" }: AirflowOptions): number {
  if (typeof connection !== "string" || connection === "")
    throw new HeadgateError("E_OPTION", `${name}() has no connection`, { hint: `write ${name}({ connection: "airflow" }), and HEADGATE_CONN_AIRFLOW` });
  return parseDuration(margin, `${name}({ margin })`);
}

function clientOf({ connection }: AirflowOptions, context: ReadContext<AirflowCursor>): AirflowClient {
  const { log, signal } = context;
  return createAirflowClient({ connection, uri: context.connection(connection), log, signal });
}

/** URIs are compared as ours are spelled: Airflow has them with or without a slash at the end. */
function matcherOf(named: readonly string[] | undefined, asset: SourceAsset | undefined): (uri: string) => boolean {
  const wanted = named ?? (asset === undefined ? undefined : [asset.uri]);
  if (wanted === undefined) {
    throw new HeadgateError("E_OPTION", "airflowAssets() does not know which assets a task waits for", {
      hint: 'write airflowAssets({ connection: "airflow", assets: "s3://lake/raw/orders" })',
    });
  }
  const spelled = new Set(wanted.map(spell));
  return (uri) => spelled.has(spell(uri));
}

function spell(uri: string): string {
  try {
    return normalizeUri(uri);
  } catch {
    return uri;
  }
}

/** A key of Airflow's is one of an asset that has partitions. */
function partitionOf(key: string | null, asset: SourceAsset | undefined): { readonly partition?: string } {
  return key === null || asset?.partitions === undefined ? {} : { partition: key };
}
