import { formatInstant } from "./time/time.ts";

/** Fields whose content is somebody's own: a number in there is no instant of ours. */
const FOREIGN = ["data", "params", "meta", "event", "cursor", "cursorBefore", "definition", "jsonSchema", "fields", "partitions"] as const;
const INSTANTS = ["at", "time", "since", "until", "next", "clock"] as const;

type Foreign = (typeof FOREIGN)[number];
type Instant = (typeof INSTANTS)[number] | `${string}At`;

/** What `jsonView` makes of a value. */
export type JsonView<T> = T extends readonly (infer Item)[]
  ? JsonView<Item>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Name extends Foreign ? T[Name] : Name extends Instant ? InstantView<T[Name]> : JsonView<T[Name]> }
    : T;

type InstantView<T> = T extends number ? string : JsonView<T>;

const foreign: ReadonlySet<string> = new Set(FOREIGN);
const instants: ReadonlySet<string> = new Set(INSTANTS);

/** The same for machines outside: instants as ISO 8601 in UTC, not as the milliseconds that we count in. */
export function jsonView<T>(value: T): JsonView<T> {
  return view(value) as JsonView<T>;
}

function view(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(view);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (typeof field === "number" && (instants.has(name) || name.endsWith("At"))) return [name, formatInstant(field)];
      return [name, foreign.has(name) ? field : view(field)];
    }),
  );
}

/** A view as somebody gets it from elsewhere. Where an instant of `T` is text already, there is nothing to read: it has no such view. */
type Viewed<T> = T extends readonly (infer Item)[]
  ? readonly Viewed<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Name extends Foreign ? unknown : Name extends Instant ? ViewedInstant<T[Name]> : Viewed<T[Name]> }
    : T;

type ViewedInstant<T> = T extends number ? string : T extends string ? never : Viewed<T>;

const INSTANT = /^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What a view was made of: its instants are milliseconds again. */
export function readView<T>(view: Viewed<T>): T {
  return read(view) as T;
}

function read(view: unknown): unknown {
  if (Array.isArray(view)) return view.map(read);
  if (typeof view !== "object" || view === null) return view;
  return Object.fromEntries(
    Object.entries(view).map(([name, field]) => {
      if (typeof field === "string" && (instants.has(name) || name.endsWith("At")) && INSTANT.test(field)) return [name, Date.parse(field)];
      return [name, foreign.has(name) ? field : read(field)];
    }),
  );
}
