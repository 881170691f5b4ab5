import type { FieldFilter, Filter } from "../condition.ts";
import type { DataOf } from "./leaf.ts";

/** `NonNullable`, which turns `unknown` into `{}`, where nothing could be found any more. */
type Present<T> = unknown extends T ? unknown : NonNullable<T>;

/** Dotted paths into data, as deep as an editor's completion is of use. Without a schema: any text. */
export type PathOf<D, Depth extends 0[] = []> = unknown extends D
  ? string
  : Depth["length"] extends 4
    ? never
    : D extends readonly unknown[]
      ? never
      : D extends object
        ? { [K in keyof D & string]: K | `${K}.${PathOf<Present<D[K]>, [...Depth, 0]>}` }[keyof D & string]
        : never;

/** The value at a dotted path. */
export type ValueAt<D, P extends string> = unknown extends D
  ? unknown
  : D extends object
    ? P extends keyof D
      ? D[P]
      : P extends `${infer K}.${infer Rest}`
        ? K extends keyof D
          ? ValueAt<Present<D[K]>, Rest>
          : never
        : never
    : never;

/** A path that every leaf of a condition has, for `by`. */
export type CommonPath<L> = (L extends unknown ? (path: PathOf<DataOf<L>>) => void : never) extends (path: infer P) => void ? P & string : never;

type Ordering<T> = [T] extends [never] ? unknown : { readonly gt?: T; readonly gte?: T; readonly lt?: T; readonly lte?: T; readonly between?: readonly [T, T] };
type Text<T> = [T] extends [never] ? unknown : { readonly glob?: string };
type Operators<T> = { readonly eq?: T; readonly ne?: T; readonly in?: readonly T[]; readonly notIn?: readonly T[]; readonly exists?: boolean } & Ordering<
  Extract<T, number | string>
> &
  Text<Extract<T, string>>;

/** A bare value means `eq`; several operators in one object are joined by and. */
export type Test<T> = unknown extends T ? FieldFilter : Extract<T, string | number | boolean | null | readonly unknown[]> | Operators<T>;

/** A field whose name starts with `$` is written with one more, since `$source` and its like are the event's own. */
type Escaped<P extends string> = P extends `$${string}` ? `$${P}` : P;
type DataFilter<D> = { readonly [P in PathOf<D> as Escaped<P>]?: Test<Exclude<ValueAt<D, P>, undefined>> };
interface Envelope {
  readonly $source?: Test<string>;
  readonly $id?: Test<string>;
  readonly $partition?: Test<string | null>;
  /** A time of day with `between` and `tz`, or instants in ISO 8601. */
  readonly $time?: Test<string> | { readonly between: readonly [string, string]; readonly tz?: string };
}
interface Joined<D> {
  readonly and?: readonly Where<D>[];
  readonly or?: readonly Where<D>[];
  readonly not?: Where<D>;
}

/** A filter on the events of an asset, typed by its schema: a field that the schema lacks does not compile. */
export type Where<D> = unknown extends D ? Filter : DataFilter<D> & Envelope & Joined<D>;
