import type { Json } from "../json.ts";
import type { Mistake } from "./mistake.ts";

/** One reasoned alias: generic plumbing matches a type that it takes apart in the next line, and `unknown` would not match. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Any = any;

declare const WHY: unique symbol;

/** A type that no value has. Its argument is the sentence that the compiler prints. */
export interface NotJson<Why extends string> {
  readonly [WHY]: Why;
}

type IsAny<T> = 0 extends 1 & T ? true : false;
/** `Json` is itself: taken apart, it would not end. */
type IsJson<T> = [T] extends [Json] ? ([Json] extends [T] ? true : false) : false;
type Callable = symbol | ((...args: never[]) => unknown);

/** Keys whose value may be `undefined`: JSON leaves them out, so on the other side they are optional. */
type MaybeMissing<T> = { [K in keyof T]-?: undefined extends T[K] ? (unknown extends T[K] ? never : K) : never }[keyof T];
type Flat<T> = { [K in keyof T]: T[K] };
type JsonFields<T> = { [K in keyof T as T[K] extends Callable ? never : K]: Jsonify<T[K]> };
type JsonObjectOf<T> = [MaybeMissing<T>] extends [never]
  ? JsonFields<T>
  : Flat<
      JsonFields<Omit<T, MaybeMissing<T>>> & {
        [K in keyof T as K extends MaybeMissing<T> ? (Exclude<T[K], undefined> extends Callable ? never : K) : never]?:
          | Jsonify<Exclude<T[K], undefined>>
          | undefined;
      }
    >;

/**
 * What a value is after `JSON.parse(JSON.stringify(value))`: dates become text, `toJSON` is honoured, functions in objects go,
 * nothing (`void`, `undefined`) becomes `null`. What JSON would lose without a word becomes a `NotJson` with the reason.
 */
export type Jsonify<T> =
  IsAny<T> extends true
    ? Any
    : unknown extends T
      ? unknown
      : IsJson<T> extends true
        ? T
        : T extends string | number | boolean | null
          ? T
          : // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing has exactly this type
            [T] extends [void]
            ? null
            : T extends undefined
              ? null
              : T extends bigint
                ? NotJson<"a bigint is not JSON: return a string">
                : T extends ReadonlyMap<Any, Any> | ReadonlySet<Any>
                  ? NotJson<"Map and Set become {} in JSON: return an object or an array">
                  : T extends ArrayBuffer | ArrayBufferView
                    ? NotJson<"binary data is not JSON: write it to storage and return its address">
                    : T extends PromiseLike<Any>
                      ? NotJson<"a promise becomes {} in JSON: await it">
                      : T extends Error | RegExp
                        ? NotJson<"errors and regular expressions become {} in JSON: return their text">
                        : T extends Callable
                          ? NotJson<"functions and symbols are not JSON">
                          : T extends { toJSON(): infer J }
                            ? Jsonify<J>
                            : T extends readonly unknown[]
                              ? { [K in keyof T]: Jsonify<T[K]> }
                              : T extends object
                                ? JsonObjectOf<T>
                                : never;

/** The reasons for which a value cannot cross, to the depth that a compiler message can show. */
type Reasons<T, Depth extends 0[] = []> = Depth["length"] extends 4
  ? never
  : IsAny<T> extends true
    ? never
    : T extends NotJson<infer Why>
      ? Why
      : T extends string | number | boolean | null
        ? never
        : T extends readonly (infer E)[]
          ? Reasons<E, [...Depth, 0]>
          : T extends object
            ? { [K in keyof T]-?: Reasons<Exclude<T[K], undefined>, [...Depth, 0]> }[keyof T]
            : never;

/**
 * Intersected with a task's options: nothing if the handler's result is JSON, else a `run` that no handler satisfies and whose
 * type says why. (`Jsonify` alone reports a Map only where its value is used, so never for a last task.)
 */
export type MustBeJson<R> =
  IsAny<R> extends true
    ? unknown
    : IsAny<Reasons<Jsonify<R>>> extends true
      ? unknown
      : [Reasons<Jsonify<R>>] extends [never]
        ? unknown
        : { readonly run: (...args: never[]) => NotJson<Reasons<Jsonify<R>>> };

/** The schema if its output is stored as what it is, else a sentence. (Not an intersection: that would talk of the schema's own optional fields first.) */
export type StaysJson<S, D> =
  IsAny<D> extends true
    ? S
    : unknown extends D
      ? S
      : [D] extends [Jsonify<D>]
        ? S
        : NotJson<"the output of this schema is not JSON; it is stored as JSON, so keep dates as strings (z.iso.datetime())">;

/** As `StaysJson`, for the data of an event, which is always an object. */
export type EventDataSchema<S, D> =
  IsAny<D> extends true
    ? S
    : unknown extends D
      ? S
      : [D] extends [readonly unknown[]]
        ? Mistake<"the data of an event is an object: wrap the list in one">
        : [D] extends [object]
          ? StaysJson<S, D>
          : Mistake<"the data of an event is an object: wrap the value in one">;

/** As `StaysJson`, for the parameters of a run, which are an object. */
export type ParamsSchema<S, P> = [P] extends [object] ? StaysJson<S, P> : Mistake<"the parameters of a run are an object: wrap the value in one">;
