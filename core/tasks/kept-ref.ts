import { isRecord, type Json, type JsonObject } from "../json.ts";

/** Stands in a history for what the store keeps: a list, or one item of it. */
export type KeptRef =
  | { readonly $headgate: "kept"; readonly key: string; readonly count: number }
  | { readonly $headgate: "kept"; readonly key: string; readonly index: number };

export function keptList(key: string, count: number): JsonObject {
  return { $headgate: "kept", key, count };
}

export function keptItem(key: string, index: number): JsonObject {
  return { $headgate: "kept", key, index };
}

/** The reference that a value is, if it is one. */
export function toKeptRef(value: Json | undefined): KeptRef | undefined {
  if (!isRecord(value) || value.$headgate !== "kept" || typeof value.key !== "string") return undefined;
  return typeof value.count === "number" || typeof value.index === "number" ? (value as KeptRef) : undefined;
}
