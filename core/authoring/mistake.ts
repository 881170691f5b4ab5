declare const WRONG: unique symbol;

/** A type that no value has, so that the compiler says a sentence. */
export interface Mistake<Why extends string> {
  readonly [WRONG]: Why;
}
