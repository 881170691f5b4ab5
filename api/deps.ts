import type { WatcherDefinition } from "../core/definition.ts";
import type { EventInput } from "../core/event.ts";
import type { Ingress } from "../watchers/ingress.ts";
import type { ApiToken } from "./tokens.ts";

/** What the HTTP app stands on. It listens nowhere by itself. */
export interface ApiDeps {
  readonly ingress: Ingress;
  /** Checks what the registry would reject: the data against the asset's schema. Throws `E_EVENT_DATA`. */
  readonly check: (event: EventInput) => Promise<void>;
  readonly watcher: (id: string) => WatcherDefinition | undefined;
  /** The URI behind a named connection. Throws `E_CONNECTION`. */
  readonly connection: (name: string) => string;
  /** Resolves if the registry and the store answer. */
  readonly ready: () => Promise<void>;
  /** Without any, every request may do everything: only for loopback. */
  readonly tokens: readonly ApiToken[];
  readonly log: { warn(message: string, fields?: object): void };
  /** @default Date.now */
  readonly now?: () => number;
  /** Makes ids of events that have none. @default randomUUID */
  readonly newId?: () => string;
}
