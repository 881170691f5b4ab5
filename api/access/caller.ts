import type { Scope } from "./scope.ts";

/** Who asks, and what they may do. */
export interface Caller {
  /** For messages and the record of operations. Kinds cannot pass for one another: `token:ci`, `ada`, `ada@example.com`, `oidc:ada`, `local`. */
  readonly name: string;
  /** `local`: a program of this machine, or a page that this API served, where nobody has to sign in. */
  readonly kind: "local" | "token" | "person";
  readonly scopes: readonly Scope[];
}
