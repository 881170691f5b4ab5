/** What the second model is told: a condition, a policy, and what happens at which minute. Instants are whole minutes since the beginning. */
export type ModelNode =
  | { readonly asset: string; readonly min?: number; readonly count?: number; readonly changed?: boolean }
  | Sign
  | { readonly all: readonly ModelNode[]; readonly within?: number; readonly unless?: string }
  | { readonly any: readonly ModelNode[]; readonly within?: number; readonly unless?: string }
  | { readonly atLeast: number; readonly of: readonly ModelNode[]; readonly within?: number; readonly unless?: string }
  | { readonly sequence: readonly ModelNode[]; readonly within?: number; readonly unless?: string };

/** What makes a node due beside pending events: an event that is kept, a tick that is held, a silence that has lasted. */
export type Sign =
  | { readonly kept: string; readonly min?: number }
  | { readonly every: number }
  | { readonly absent: string; readonly min?: number; readonly for: number };

export interface ModelPolicy {
  readonly mode: "batch" | "each" | "latest";
  readonly max?: number;
  readonly wait?: number;
  readonly debounce?: { readonly quiet: number; readonly max: number };
  readonly throttle?: { readonly limit: number; readonly per: number };
  readonly total: number;
  readonly whenPaused?: "hold" | "drop" | "latest";
  readonly expireAfter?: number;
  readonly maxPending?: number;
  readonly duration: number;
  /** The minute of the beginning since 1970: clocks tick by it. */
  readonly epoch: number;
}

export interface ModelEvent {
  readonly id: string;
  readonly asset: string;
  readonly n: number;
  readonly key: string;
  readonly time: number;
}

export type ModelInput = { readonly event: ModelEvent } | { readonly pause: true } | { readonly resume: true };

export interface ModelResult {
  /** `key@minute ids ~references` in the order of their start. */
  readonly runs: readonly string[];
  /** By `key id`. */
  readonly fates: ReadonlyMap<string, string>;
}
