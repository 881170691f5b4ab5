import type { Json } from "../core/json.ts";
import type { KeepItems } from "../core/tasks/keep-result.ts";
import type { KeptValues } from "../core/tasks/resolve-kept.ts";

/** What the store keeps in production, in this process. */
export function createTestKept(): KeptValues & { readonly keep: KeepItems } {
  const kept = new Map<string, readonly string[]>();
  return {
    keep: async (key, items) => void kept.set(key, items),
    list: async (key) => (kept.get(key) ?? []).map((text) => JSON.parse(text) as Json),
    one: async (key, index) => {
      const text = kept.get(key)?.[index];
      return text === undefined ? undefined : (JSON.parse(text) as Json);
    },
  };
}
