import type { Watcher } from "../../api/schema.gen.ts";

/** Its workflow knows best; the store knows what the last session said. */
export function statusOf({ live, stored }: Pick<Watcher, "live" | "stored">): string {
  return live?.status ?? (stored?.status === "stopped" ? "stopped" : "waiting");
}

export function errorOf({ live, stored }: Pick<Watcher, "live" | "stored">): { readonly text: string; readonly code: string | null } | null {
  const said = live ?? stored;
  return said?.error == null ? null : { text: said.error, code: said.code ?? null };
}
