import type { ErrorCode } from "../error-codes.ts";
import { HeadgateError } from "../errors.ts";
import { parseDuration } from "../time/duration.ts";

/** Checks of JSON that comes from outside. Each names the place (`dags[0].on.all[1].count`) and says what is allowed. */
export interface StrictReader {
  refuse(where: string, why: string, hint?: string): never;
  /** An object with none but these keys. */
  object(value: unknown, where: string, allowed?: readonly string[]): { readonly [key: string]: unknown };
  list(value: unknown, where: string, least: number): readonly unknown[];
  text(value: unknown, where: string): string;
  flag(value: unknown, where: string): boolean;
  /** A whole number, at least `least`. */
  whole(value: unknown, where: string, least: number): number;
  oneOf<const T extends string>(value: unknown, where: string, allowed: readonly T[]): T;
  /** A duration longer than nothing; its text. Throws E_DURATION for what is no duration. */
  duration(value: unknown, where: string): string;
}

/** A reader whose errors have this code. */
export function strictReader(code: ErrorCode): StrictReader {
  function refuse(where: string, why: string, hint?: string): never {
    throw new HeadgateError(code, `${where}: ${why}`, { where, ...(hint === undefined ? {} : { hint }) });
  }
  return {
    refuse,
    object: (value, where, allowed) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(where, `${show(value)} is no object`);
      const unknown = allowed === undefined ? undefined : Object.keys(value).find((key) => !allowed.includes(key));
      if (unknown !== undefined) return refuse(where, `unknown key ${JSON.stringify(unknown)}`, `known here are ${allowed?.join(", ")}`);
      return value as { readonly [key: string]: unknown };
    },
    list: (value, where, least) => {
      if (!Array.isArray(value)) return refuse(where, `${show(value)} is no list`);
      return value.length < least ? refuse(where, `the list has ${value.length} entries and needs ${least} or more`) : value;
    },
    text: (value, where) => (typeof value === "string" && value !== "" ? value : refuse(where, `${show(value)} is no text, or an empty one`)),
    flag: (value, where) => (typeof value === "boolean" ? value : refuse(where, `${show(value)} is neither true nor false`)),
    whole: (value, where, least) =>
      Number.isSafeInteger(value) && (value as number) >= least ? (value as number) : refuse(where, `${show(value)} is no whole number from ${least} on`),
    oneOf: (value, where, allowed) =>
      allowed.find((one) => one === value) ??
      refuse(where, `${show(value)} is not known`, `it is one of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`),
    duration: (value, where) => (parseDuration(value as string, where) > 0 ? (value as string) : refuse(where, "a duration of nothing")),
  };
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
