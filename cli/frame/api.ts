import { type ApiClient, createApiClient } from "../../client/http/api-client.ts";
import { defined } from "../../core/defined.ts";
import type { Config } from "../../runtime/config.ts";
import type { DefinitionSet } from "../../runtime/definition-set.ts";
import type { Servers } from "./connect.ts";
import { withKnownNames } from "./known-names.ts";
import type { Output } from "./output.ts";

export interface OpenApiOptions {
  readonly config: Config;
  /** Connected only if no address is given. */
  readonly servers: () => Promise<Servers>;
  readonly output: Pick<Output, "note">;
  /** Of the project's files, where an action needs what they say. An API elsewhere has its own. */
  readonly definitions?: DefinitionSet;
}

/** Longest wait for an answer, in milliseconds: a replay of many events is one question. */
const PATIENCE = 300_000;
/** In front of the paths that our own API is asked for. Nobody resolves it. */
const HERE = "http://headgate.here";

/**
 * The API that commands call: the one whose address is given, by way of the network; else our own, over the servers of the
 * configuration, in this process and as the person who calls the command. Both have the same routes, so a verb is written once.
 */
export async function openApi({ config, servers, output, definitions }: OpenApiOptions): Promise<ApiClient> {
  const { apiUrl: url, apiToken: token } = config.settings;
  if (url !== undefined) return withKnownNames(createApiClient({ url, timeout: PATIENCE, ...defined({ token }) }));
  // It is large: whoever asks elsewhere does not load it.
  const { createLocalApi } = await import("../local-api.ts");
  const app = await createLocalApi({ servers: await servers(), output, ...defined({ definitions }) });
  return withKnownNames(createApiClient({ url: HERE, fetch: async (address, init) => await app.fetch(new Request(address, init)) }));
}
