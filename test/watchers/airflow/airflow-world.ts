import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import { watch } from "../../../core/authoring/watch.ts";
import type { AirflowServer } from "../../../scripts/servers/airflow.ts";
import { type AirflowClient, createAirflowClient } from "../../../watchers/airflow/client.ts";
import { airflowAssets } from "../../../watchers/airflow/index.ts";
import type { SourceWorld } from "../source-contract.ts";

export const silent = { info: () => undefined, warn: () => undefined };

/** A client of the server, as the tests act on it. */
export function clientOf(server: AirflowServer): AirflowClient {
  return createAirflowClient({ connection: "airflow", uri: server.env.HEADGATE_CONN_AIRFLOW as string, log: silent, signal: new AbortController().signal });
}

/** Assets of the DAG `never_runs`: each world has its own, as Airflow forgets none. */
let next = 0;

export interface AssetWorld extends SourceWorld {
  readonly uri: string;
}

export async function createAssetWorld(server: AirflowServer): Promise<AssetWorld> {
  const uri = `s3://lake/test/${next++}`;
  const client = clientOf(server);
  const { body } = await client.ask({ path: "/assets", query: { uri_pattern: uri, limit: 100 } });
  const known = (body as { readonly assets: readonly { readonly id: number; readonly uri: string }[] }).assets.find((one) => one.uri === uri);
  if (known === undefined) throw new Error(`Airflow has no asset ${uri}: never_runs needs more of them`);
  const publish = (name: string, partition: string): Promise<unknown> =>
    client.ask({ method: "POST", path: "/assets/events", body: { asset_id: known.id, partition_key: partition, extra: { name } } });
  const orders = asset(uri, { partitions: daily() });
  return {
    uri,
    connection: () => server.env.HEADGATE_CONN_AIRFLOW as string,
    watcher: (startAt) =>
      watch("orders", airflowAssets({ connection: "airflow" }), { publishes: orders, every: "50ms", startAt, map: ({ extra }) => ({ data: extra }) }),
    put: async (name) => void (await publish(name, "2026-11-23")),
    putPoison: async (name) => void (await publish(name, "someday")),
    nameOf: (event) => String(event.data?.name),
    dispose: async () => undefined,
  };
}
