import type { Stopped } from "../../api/schema.gen.ts";

/** What `/v1/registry` answers. */
export interface RegistryState {
  readonly epoch: string;
  /** When it decided last. */
  readonly clock: string;
  readonly held: Stopped | null;
  readonly events: { readonly accepted: number; readonly pending: number; readonly stored: number };
  readonly next: string | null;
  readonly projects: readonly { readonly project: string; readonly revision: number; readonly hash: string; readonly dags: number }[];
  readonly dags: {
    readonly deployed: number;
    readonly paused: number;
    readonly running: number;
    readonly pending: number;
    readonly faulted: readonly { readonly dag: string; readonly faulted: string }[];
  };
  /** Workflows that share the DAGs. */
  readonly shards: number;
  /** How complete the store is, for each numbering of facts, the newest first. */
  readonly store: readonly {
    readonly registry: string;
    readonly lastAt: string;
    readonly upTo: number;
    readonly missing: number;
    readonly unprojected: number;
    readonly lagMs: number;
  }[];
  readonly waitsForCatalogs: readonly string[];
  /** Inputs that are not yet taken, facts that are not yet stored, runs that are not yet started. */
  readonly inbox: number;
  readonly waitingFacts: number;
  readonly dispatching: number;
  /** Events of its workflow's history. */
  readonly history: number;
  readonly stateBytes: number;
}

/** Something that a person did. */
export interface Operation {
  readonly at: string;
  readonly operation: string;
  readonly dag: string | null;
  readonly subject?: string | null;
  readonly key: string | null;
  readonly by: string | null;
  readonly why: string | null;
  readonly events: number;
  /** The code of the error that it was refused with. */
  readonly refused?: string | null;
}
