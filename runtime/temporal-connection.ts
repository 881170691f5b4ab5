import { hostname } from "node:os";
import { Client } from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { NativeConnection } from "@temporalio/worker";
import type { Logger } from "pino";
import type { StallTarget } from "../activities/stall-beats.ts";
import { largePayloads } from "../client/large-payloads.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import type { Settings } from "./settings.ts";
import { toStallTarget } from "./stall-target.ts";
import { installTemporalLogger } from "./temporal-logger.ts";

export interface TemporalConnection {
  readonly connection: NativeConnection;
  readonly client: Client;
  /** False for a plain connection, over which everybody on the way reads along. */
  readonly tls: boolean;
  /** How the thread that beats for blocked tasks connects. */
  readonly stallTarget: StallTarget;
  close(): Promise<void>;
}

/**
 * Connects to the Temporal server of the settings. TLS and API keys come from Temporal's own environment variables and
 * `temporal.toml`. One native connection serves workers and client, which costs less CPU than two. Throws `E_TEMPORAL_UNREACHABLE`.
 *
 * @param logger - where the SDK's own lines go; a process's first connection decides it for good
 * @param metricsAddress - where the SDK serves its own metrics, `host:port`; as with the logger, the first connection decides
 */
export async function connectTemporal(
  settings: Pick<Settings, "temporalAddress" | "temporalNamespace">,
  logger?: Logger,
  metricsAddress?: string,
): Promise<TemporalConnection> {
  if (logger !== undefined) installTemporalLogger(logger, metricsAddress);
  const { connectionOptions } = loadClientConnectConfig();
  try {
    const connection = await NativeConnection.connect({ ...connectionOptions, address: settings.temporalAddress });
    const client = new Client({ connection, namespace: settings.temporalNamespace, dataConverter: { payloadCodecs: [largePayloads] } });
    const stallTarget = toStallTarget(connectionOptions, settings.temporalAddress, settings.temporalNamespace, `${hostname()}/${process.pid}`);
    return { connection, client, tls: Boolean(connectionOptions.tls), stallTarget, close: () => connection.close() };
  } catch (cause) {
    throw new HeadgateError("E_TEMPORAL_UNREACHABLE", `no Temporal server answers at ${settings.temporalAddress}: ${reasonOf(cause)}`, {
      cause,
      where: "TEMPORAL_ADDRESS, --temporal",
      hint: "start one with `headgate dev` or `temporal server start-dev`, or correct the address",
    });
  }
}

/** The native client shows its errors as the debug text of nested structures: what a person can use is the innermost message. */
function reasonOf(cause: unknown): string {
  const text = messageOf(cause);
  return [...text.matchAll(/message: "([^"]+)"/g)].at(-1)?.[1] ?? text;
}
