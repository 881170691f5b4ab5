import type { Catalog } from "../core/catalog.ts";
import type { Fact } from "../core/fact.ts";
import type { RunEnded, RunStart, RunStarted } from "../core/run.ts";

/** What can reach the registry. Inputs of one instant are applied in their order and then evaluated once. */
export type RegistryInput =
  /** Events by a raw signal: any JSON. `checked` says that a worker looked at the data of assets that have a schema. */
  | { readonly kind: "publish"; readonly events: readonly unknown[]; readonly checked?: boolean }
  /** One numbered batch of a managed source: taken if it follows the last one, dropped if it repeats, refused if it leaves a gap. */
  | { readonly kind: "batch"; readonly watcher: string; readonly generation: number; readonly seq: number; readonly events: readonly unknown[] }
  | ({ readonly kind: "runStarted" } & RunStarted)
  | ({ readonly kind: "runEnded" } & RunEnded)
  | { readonly kind: "register"; readonly project: string; readonly revision: number; readonly catalog: Catalog }
  | { readonly kind: "pause"; readonly dag: string; readonly by?: string }
  | { readonly kind: "resume"; readonly dag: string; readonly by?: string }
  /** Something that could not be decoded or checked: it goes to the rejected list. */
  | { readonly kind: "reject"; readonly event: unknown; readonly code: string; readonly why: string };

/** What one step decided. */
export interface StepResult {
  readonly starts: readonly RunStart[];
  readonly facts: readonly Fact[];
  /** For each `register`, in order. */
  readonly registered: readonly RegisterReply[];
  /** For each `batch`, in order. */
  readonly batches: readonly BatchReply[];
}

export type RegisterReply =
  | { readonly ok: true; readonly project: string; readonly revision: number; readonly hash: string; /** Consumers see events from this sequence on. */ readonly fromSeq: number; readonly dropped: number }
  | { readonly ok: false; readonly code: "E_DEPLOY_STALE" | "E_CYCLE" | "E_CONDITION" | "E_ASSET_DUPLICATE"; readonly message: string };

export type BatchReply = "taken" | "repeated" | "gap" | "stale";
