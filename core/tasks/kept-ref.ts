import { isRecord, type Json, type JsonObject } from "../json.ts";

/** Stands in a history for what the store keeps: a list, or one item of it. Of a task's result also how many bytes that are. */
export type KeptRef = { readonly $headgate: "kept"; readonly key: string; readonly bytes?: number } & ({ readonly count: number } | { readonly index: number });

export function keptList(key: string, count: number, bytes?: number): JsonObject {
  return { $headgate: "kept", key, count, ...(bytes === undefined ? {} : { bytes }) };
}

export function keptItem(key: string, index: number, bytes?: number): JsonObject {
  return { $headgate: "kept", key, index, ...(bytes === undefined ? {} : { bytes }) };
}

/** Bytes that the store keeps for a value: of a map's list those of all its items. */
export function keptBytes(value: Json | undefined): number {
  if (Array.isArray(value)) return (value as readonly Json[]).reduce<number>((sum, item) => sum + keptBytes(item), 0);
  return toKeptRef(value)?.bytes ?? 0;
}

/** The reference that a value is, if it is one. */
export function toKeptRef(value: Json | undefined): KeptRef | undefined {
  if (!isRecord(value) || value.$headgate !== "kept" || typeof value.key !== "string") return undefined;
  return typeof value.count === "number" || typeof value.index === "number" ? (value as KeptRef) : undefined;
}

/** Whether a value has a reference where a task's input may have one: itself, as an outcome, or in the list of a map. */
export function hasKeptRef(value: Json | undefined): boolean {
  if (toKeptRef(value) !== undefined) return true;
  if (Array.isArray(value)) return (value as readonly Json[]).some((item) => toKeptRef(item) !== undefined);
  return isRecord(value) && value.status === "succeeded" && toKeptRef(value.value as Json | undefined) !== undefined;
}
