import type { Fact } from "../core/fact.ts";
import type { RunStart } from "../core/run.ts";
import type { EventAnswer } from "../core/run-protocol.ts";
import type { CarriedState, KeptStretch, ParkOrder, RegistryInput } from "../registry/index.ts";
import type { SentBatch, SentTo } from "./registry-batches.ts";
import type { LeavingCatalogs } from "./registry-catalogs.ts";

/** The input of each registry run: a full checkpoint. Nothing of it may be lost, and nothing else is needed to go on. */
export interface RegistryCarry {
  readonly version: 1;
  /** Catalogues stand in it by their hash; whole, too, in what earlier releases carried. */
  readonly state: CarriedState;
  /** Accepted and not yet stepped. */
  readonly inbox: readonly RegistryInput[];
  /** Raw events whose data a worker is asked to check. */
  readonly checking: readonly unknown[];
  /** Decided starts whose dispatch is not acknowledged. They are dispatched again unchanged. */
  readonly dispatching: readonly RunStart[];
  /** Facts whose projection is not acknowledged. */
  readonly facts: readonly Fact[];
  /** Events that were waited for and that nobody is known to have been told of. */
  readonly answering?: readonly EventAnswer[];
  /** Catalogues that are still kept, and that the state does not name any more. */
  readonly leaving?: LeavingCatalogs;
  /** Pending events that left the state, and that nobody was asked to keep yet. */
  readonly parking?: readonly ParkOrder[];
  /** Kept pending events that the state does not name any more, and that must be let go of. */
  readonly releasing?: readonly KeptStretch[];
  /** Of the router of a registry in shards: batches that no other shard is known to have. */
  readonly routing?: readonly SentTo[];
  /** Of another shard: batches of the router that are not stepped. */
  readonly arriving?: readonly SentBatch[];
  readonly settings: RegistrySettings;
}

export interface RegistrySettings {
  /** Starts of one evaluation that become child workflows; a longer list goes through the dispatch activity. */
  readonly childStartLimit: number;
  /** Events of history after which the registry continues as new. */
  readonly historyLimit: number;
  /** Milliseconds without a word from a run after which it is asked about. @default 60,000 */
  readonly silentAfter?: number;
  /** Milliseconds between two looks for such runs. @default 30,000 */
  readonly lookEvery?: number;
}

/** With them a slot is free again 90 s after somebody ended its run, at the latest. A registry that has settings may lack them: they came later. */
export const RECONCILING = { silentAfter: 60_000, lookEvery: 30_000 } as const;

export const DEFAULT_SETTINGS: RegistrySettings = { childStartLimit: 20, historyLimit: 2000 };
