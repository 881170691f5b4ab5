/** What `headgate dev` says to its worker: read the files again. */
export interface ToWorker {
  readonly kind: "reload";
  readonly id: number;
}

export type FromWorker = { readonly kind: "ready" } | { readonly kind: "reloaded"; readonly id: number; readonly error?: string };
