import { HeadgateError } from "../../core/errors.ts";

/** What a client of Pub/Sub is made with. */
export interface PubSubAccess {
  readonly projectId: string;
  /** `host:port` of another endpoint than the global one. */
  readonly apiEndpoint?: string;
  /** Without TLS and login, as emulators are. */
  readonly emulatorMode: boolean;
  /** Of an emulator, which looks at none: without them the client would search this machine for some. */
  readonly credentials?: { readonly client_email: string; readonly private_key: string };
  /** A file with a service account. */
  readonly keyFilename?: string;
}

/** What a client of an emulator is made with, beside its address. */
export const EMULATOR = { emulatorMode: true, credentials: { client_email: "emulator", private_key: "none" } } as const;

const OPTIONS = ["endpoint", "emulator", "key"];

/**
 * Reads a connection's URI: `pubsub://my-project`, where the client finds its credentials as everywhere (environment, gcloud, role of the machine);
 * `key=/etc/gcp/key.json` names a service account's file, `endpoint=europe-west1-pubsub.googleapis.com:443` a regional endpoint,
 * `emulator=127.0.0.1:8085` a server without TLS and login. Throws `E_CONNECTION`, which never shows the URI.
 */
export function parsePubSubUri(uri: string, name: string): PubSubAccess {
  const fail = (why: string): HeadgateError =>
    new HeadgateError("E_CONNECTION", `the connection "${name}" is no Pub/Sub: ${why}`, {
      hint: "write it as pubsub://my-project, pubsub://my-project?key=/etc/gcp/key.json, or pubsub://my-project?emulator=127.0.0.1:8085",
    });
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== "pubsub:" || url.hostname === "") throw fail("its URI does not begin with pubsub:// and a project");
  const options = url.searchParams;
  const unknown = [...options.keys()].find((key) => !OPTIONS.includes(key));
  if (unknown !== undefined) throw fail(`it has the unknown option "${unknown}"`);
  const emulator = options.get("emulator");
  const endpoint = emulator ?? options.get("endpoint");
  const key = options.get("key");
  return {
    // The colon in the projects of an organisation looks like a port, unless it is written as %3A.
    projectId: decodeURIComponent(url.host),
    ...(emulator === null ? { emulatorMode: false } : EMULATOR),
    ...(endpoint === null ? {} : { apiEndpoint: endpoint }),
    ...(key === null ? {} : { keyFilename: key }),
  };
}
