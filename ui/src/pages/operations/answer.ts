import type { Stopped } from "../dag/answer.ts";

/** What `/v1/registry` answers. */
export interface RegistryState {
  readonly epoch: string;
  /** When it decided last. */
  readonly clock: string;
  readonly held: Stopped | null;
  readonly events: { readonly accepted: number; readonly pending: number; readonly stored: number };
  readonly next: string | null;
  readonly projects: readonly { readonly project: string; readonly revision: number; readonly hash: string; readonly dags: number }[];
  readonly consumers?: readonly {
    readonly dag: string;
    readonly paused: Stopped | null;
    readonly faulted: string | null;
    readonly pending: number;
    readonly running: number;
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
}
