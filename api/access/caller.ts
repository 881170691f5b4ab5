import type { Scope } from "../tokens.ts";

/** Who asks, and what they may do. */
export interface Caller {
  /** For messages and the audit. */
  readonly name: string;
  /** `local`: a program of this machine, where there are no tokens. */
  readonly kind: "local" | "token";
  readonly scopes: readonly Scope[];
}
