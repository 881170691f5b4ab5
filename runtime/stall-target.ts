import type { ClientConnectConfig } from "@temporalio/envconfig";
import type { StallTarget } from "../activities/stall-beats.ts";

/** The same server, credentials and namespace as the worker's own connection, in a form that a thread can be given. */
export function toStallTarget(options: ClientConnectConfig["connectionOptions"], address: string, namespace: string, identity: string): StallTarget {
  const { apiKey, metadata } = options;
  // As the client does: a key without TLS would be read on the way.
  const tls = options.tls ?? (apiKey === undefined ? undefined : true);
  const headers = { ...readMetadata(metadata), ...(typeof apiKey === "string" ? { authorization: `Bearer ${apiKey}`, "temporal-namespace": namespace } : {}) };
  return { address, namespace, identity, headers, ...(tls ? { tls: toTls(tls) } : {}) };
}

type Tls = NonNullable<ClientConnectConfig["connectionOptions"]["tls"]>;

function toTls(tls: Tls): NonNullable<StallTarget["tls"]> {
  if (typeof tls === "boolean") return {};
  const { serverNameOverride, serverRootCACertificate, clientCertPair } = tls;
  return {
    ...(serverNameOverride ? { servername: serverNameOverride } : {}),
    ...(serverRootCACertificate ? { ca: serverRootCACertificate } : {}),
    ...(clientCertPair ? { cert: clientCertPair.crt, key: clientCertPair.key } : {}),
  };
}

function readMetadata(metadata: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
