import type { Fact } from "../core/fact.ts";
import type { RunStart } from "../core/run.ts";
import type { RegistryInput, RegistryState } from "../registry/index.ts";

/** The input of each registry run: a full checkpoint. Nothing of it may be lost, and nothing else is needed to go on. */
export interface RegistryCarry {
  readonly version: 1;
  readonly state: RegistryState;
  /** Accepted and not yet stepped. */
  readonly inbox: readonly RegistryInput[];
  /** Raw events whose data a worker is asked to check. */
  readonly checking: readonly unknown[];
  /** Decided starts whose dispatch is not acknowledged. They are dispatched again unchanged. */
  readonly dispatching: readonly RunStart[];
  /** Facts whose projection is not acknowledged. */
  readonly facts: readonly Fact[];
  readonly settings: RegistrySettings;
}

export interface RegistrySettings {
  /** Starts of one evaluation that become child workflows; a longer list goes through the dispatch activity. */
  readonly childStartLimit: number;
  /** Events of history after which the registry continues as new. */
  readonly historyLimit: number;
}

export const DEFAULT_SETTINGS: RegistrySettings = { childStartLimit: 20, historyLimit: 2000 };
