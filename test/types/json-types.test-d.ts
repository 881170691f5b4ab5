import { expectTypeOf, test } from "vitest";
import type { EventDataSchema, Jsonify, MustBeJson, NotJson, ParamsSchema, StaysJson } from "../../core/authoring/json-types.ts";
import type { Mistake } from "../../core/authoring/mistake.ts";
import type { Json } from "../../core/json.ts";

test("what JSON can hold stays what it is", () => {
  expectTypeOf<Jsonify<string>>().toEqualTypeOf<string>();
  expectTypeOf<Jsonify<"a" | 1 | true | null>>().toEqualTypeOf<"a" | 1 | true | null>();
  expectTypeOf<Jsonify<{ a: number; b: { c: string[] } }>>().toEqualTypeOf<{ a: number; b: { c: string[] } }>();
  expectTypeOf<Jsonify<readonly [string, number]>>().toEqualTypeOf<readonly [string, number]>();
  expectTypeOf<Jsonify<Record<string, number>>>().toEqualTypeOf<Record<string, number>>();
  expectTypeOf<Jsonify<unknown>>().toEqualTypeOf<unknown>();
  expectTypeOf<Jsonify<Json>>().toEqualTypeOf<Json>();
  expectTypeOf<Jsonify<{ a: Json; at: Date }>>().toEqualTypeOf<{ a: Json; at: string }>();
  // biome-ignore lint/suspicious/noExplicitAny: that `any` stays `any` is what is tested
  expectTypeOf<Jsonify<any>>().toBeAny();
});

test("dates and what has toJSON become what they write", () => {
  expectTypeOf<Jsonify<Date>>().toEqualTypeOf<string>();
  expectTypeOf<Jsonify<{ at: Date; list: Date[] }>>().toEqualTypeOf<{ at: string; list: string[] }>();
  expectTypeOf<Jsonify<{ toJSON(): { rows: Date } }>>().toEqualTypeOf<{ rows: string }>();
  expectTypeOf<Jsonify<URL>>().toEqualTypeOf<string>();
});

test("nothing becomes null, and a field that may be undefined becomes optional", () => {
  expectTypeOf<Jsonify<void>>().toEqualTypeOf<null>();
  expectTypeOf<Jsonify<undefined>>().toEqualTypeOf<null>();
  expectTypeOf<Jsonify<(string | undefined)[]>>().toEqualTypeOf<(string | null)[]>();
  expectTypeOf<Jsonify<{ a: string; b: number | undefined; c?: Date }>>().toEqualTypeOf<{ a: string; b?: number | undefined; c?: string | undefined }>();
  expectTypeOf<Jsonify<{ a: string | null }>>().toEqualTypeOf<{ a: string | null }>();
  expectTypeOf<Jsonify<{ a: unknown }>>().toEqualTypeOf<{ a: unknown }>();
});

test("methods and symbols in an object go", () => {
  expectTypeOf<Jsonify<{ a: number; run(): void; tag: symbol }>>().toEqualTypeOf<{ a: number }>();
  expectTypeOf<Jsonify<{ a: number; run?: () => void }>>().toEqualTypeOf<{ a: number }>();
  class Row {
    readonly id: string;
    constructor(id: string) {
      this.id = id;
    }
    describe(): string {
      return this.id;
    }
  }
  expectTypeOf<Jsonify<Row>>().toEqualTypeOf<{ readonly id: string }>();
});

test("what JSON would lose without a word is a type with the reason", () => {
  expectTypeOf<Jsonify<bigint>>().toEqualTypeOf<NotJson<"a bigint is not JSON: return a string">>();
  expectTypeOf<Jsonify<Map<string, number>>>().toEqualTypeOf<NotJson<"Map and Set become {} in JSON: return an object or an array">>();
  expectTypeOf<Jsonify<ReadonlySet<string>>>().toEqualTypeOf<NotJson<"Map and Set become {} in JSON: return an object or an array">>();
  expectTypeOf<Jsonify<Uint8Array>>().toEqualTypeOf<NotJson<"binary data is not JSON: write it to storage and return its address">>();
  expectTypeOf<Jsonify<Buffer>>().toEqualTypeOf<NotJson<"binary data is not JSON: write it to storage and return its address">>();
  expectTypeOf<Jsonify<Promise<string>>>().toEqualTypeOf<NotJson<"a promise becomes {} in JSON: await it">>();
  expectTypeOf<Jsonify<Error>>().toEqualTypeOf<NotJson<"errors and regular expressions become {} in JSON: return their text">>();
  expectTypeOf<Jsonify<() => string>>().toEqualTypeOf<NotJson<"functions and symbols are not JSON">>();
  expectTypeOf<Jsonify<{ deep: { big: bigint }[] }>>().toEqualTypeOf<{ deep: { big: NotJson<"a bigint is not JSON: return a string"> }[] }>();
});

test("a result with such a type asks for a handler that cannot be written", () => {
  expectTypeOf<MustBeJson<{ a: number }>>().toEqualTypeOf<unknown>();
  // biome-ignore lint/suspicious/noExplicitAny: a handler without types is let through
  expectTypeOf<MustBeJson<any>>().toEqualTypeOf<unknown>();
  expectTypeOf<MustBeJson<unknown>>().toEqualTypeOf<unknown>();
  expectTypeOf<MustBeJson<{ a?: string; b: undefined | number }>>().toEqualTypeOf<unknown>();
  expectTypeOf<MustBeJson<{ a: { b: bigint } }>>().toEqualTypeOf<{ readonly run: (...args: never[]) => NotJson<"a bigint is not JSON: return a string"> }>();
  expectTypeOf<MustBeJson<[number, Set<string>]>>().toEqualTypeOf<{
    readonly run: (...args: never[]) => NotJson<"Map and Set become {} in JSON: return an object or an array">;
  }>();
});

test("a schema is let through if its output is JSON and of the right form", () => {
  type Dates = NotJson<"the output of this schema is not JSON; it is stored as JSON, so keep dates as strings (z.iso.datetime())">;
  expectTypeOf<StaysJson<"schema", { a: string; b?: number | undefined }>>().toEqualTypeOf<"schema">();
  expectTypeOf<StaysJson<"schema", { at: Date }>>().toEqualTypeOf<Dates>();
  expectTypeOf<EventDataSchema<"schema", { a: string }>>().toEqualTypeOf<"schema">();
  expectTypeOf<EventDataSchema<"schema", unknown>>().toEqualTypeOf<"schema">();
  expectTypeOf<EventDataSchema<"schema", { a: string } | { b: number }>>().toEqualTypeOf<"schema">();
  expectTypeOf<EventDataSchema<"schema", { at: Date }>>().toEqualTypeOf<Dates>();
  expectTypeOf<EventDataSchema<"schema", string>>().toEqualTypeOf<Mistake<"the data of an event is an object: wrap the value in one">>();
  expectTypeOf<EventDataSchema<"schema", string[]>>().toEqualTypeOf<Mistake<"the data of an event is an object: wrap the list in one">>();
  expectTypeOf<ParamsSchema<"schema", { day: string }>>().toEqualTypeOf<"schema">();
  expectTypeOf<ParamsSchema<"schema", number>>().toEqualTypeOf<Mistake<"the parameters of a run are an object: wrap the value in one">>();
});
