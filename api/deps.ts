import type { RegistryClient } from "../client/registry.ts";
import type { RunsClient } from "../client/runs.ts";
import type { TaskQueue } from "../client/task-queues.ts";
import type { WatchersClient } from "../client/watchers.ts";
import type { WatcherDefinition } from "../core/definition.ts";
import type { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import type { Names } from "../core/names.ts";
import type { Metrics } from "../runtime/metrics/metrics.ts";
import type { Store } from "../store/index.ts";
import type { Ingress } from "../watchers/ingress.ts";
import type { Access, AccessOptions, Rates } from "./access/access.ts";
import type { Caller } from "./access/caller.ts";
import type { Deployed } from "./access/deployed.ts";
import type { Guard } from "./access/guard.ts";
import type { ApiToken } from "./access/tokens.ts";
import type { ChangeFeed } from "./changes/feed.ts";
import type { Patience } from "./frame/unless-away.ts";

/** What the HTTP app stands on. It listens nowhere by itself. */
export interface ApiDeps {
  readonly ingress: Ingress;
  /** What people read. */
  readonly store: Store;
  readonly client: ApiClients;
  /** What changes, for all who listen to this process. @default one over the store */
  readonly changes?: ChangeFeed;
  /** Checks what the registry would reject: the data against the asset's schema. Throws `E_EVENT_DATA`. Says why an event is to be put aside. */
  readonly check: (event: EventInput) => Promise<string | undefined>;
  readonly watcher: (id: string) => WatcherDefinition | undefined;
  /** The URI behind a named connection. Throws `E_CONNECTION`. */
  readonly connection: (name: string) => string;
  /** Resolves if the registry and the store answer. */
  readonly ready: () => Promise<void>;
  /** Those of `HEADGATE_API_TOKENS`; others are in the store. */
  readonly tokens: readonly ApiToken[];
  /** Programs of this machine need no token: only for loopback. @default true if there are no `tokens` */
  readonly trustsPrograms?: boolean;
  /** Under which people reach the API, if that is not where it listens. */
  readonly publicUrl?: string | undefined;
  /** The Temporal Web UI, for links to it, and the namespace of the runs. @default no links */
  readonly temporal?: { readonly ui: string | null; readonly namespace: string };
  /** Where people sign in, if that is not by a password only. */
  readonly oidc?: AccessOptions["oidc"];
  /** How often one may ask. */
  readonly rates?: Rates | undefined;
  /** Who asks, of an app that a process calls for itself and that nobody else reaches. */
  readonly local?: LocalUse;
  /** How long the registry is waited for. @default PATIENCE */
  readonly patience?: Patience | undefined;
  /** Of the environment. @default those of the one without a name */
  readonly names?: Names;
  readonly log: { warn(message: string, fields?: object): void };
  /** What `GET /metrics` answers with, and who hears of each request. @default there is no /metrics */
  readonly metrics?: Pick<Metrics, "answered" | "contentType" | "text">;
  /** The folder of the built web UI. Without it there are no pages. */
  readonly ui?: string;
  /** @default Date.now */
  readonly now?: () => number;
  /** Makes ids of events that have none. @default randomUUID */
  readonly newId?: () => string;
}

/** An app without a network: nobody has to prove who they are, and errors are thrown as they are. */
export interface LocalUse {
  readonly caller: Caller;
  /** Told why something is not among the operations of the store. It is done all the same: who may do it without the store may do it. */
  readonly unrecorded: (why: HeadgateError) => void;
}

/** What routes are made from: the dependencies, and what the app itself makes of them. */
export interface ApiParts extends ApiDeps {
  readonly access: Access;
  readonly guard: Guard;
  /** What is deployed now, of all projects. */
  readonly deployed: () => Promise<Deployed>;
}

/** What asks Temporal. Each is connected when it is first asked for. Throws `E_TEMPORAL_UNREACHABLE`. */
export interface ApiClients {
  registry(): Promise<RegistryClient>;
  runs(): Promise<RunsClient>;
  watchers(): Promise<WatchersClient>;
  /** Who takes work from the queues of these projects. */
  readonly workers?: (projects: readonly string[]) => Promise<readonly TaskQueue[]>;
}
