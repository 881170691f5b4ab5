import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Duration } from "../condition.ts";
import type { Json } from "../json.ts";
import type { Policy } from "../policy.ts";
import type { Condition } from "./condition-builder.ts";
import type { Any, ParamsSchema } from "./json-types.ts";
import type { AnyLeaf } from "./leaf.ts";
import type { Mistake } from "./mistake.ts";
import type { Backoff } from "./task.ts";

type OneCondition<C> = C extends readonly unknown[]
  ? Mistake<"a list does not say whether all or any: wrap it in all(a, b) or any(a, b)">
  : C extends string
    ? Mistake<"a URI is no condition: pass the asset that asset(...) returned">
    : unknown;

/** What `on` takes; lists and texts only to refuse them with a sentence. */
export type OnInput = Condition<Any> | readonly Condition<Any>[] | string | null;

/** Options of a DAG: what it waits for, how what is pending becomes runs (all of `Policy`), and what people read. */
export interface DagOptions<C extends OnInput, S extends StandardSchemaV1<Any, Any>, O extends readonly AnyLeaf[]> extends Policy {
  /** When it is due. @default null: only people and other clients start it */
  readonly on?: C & OneCondition<C>;
  /** A Standard Schema of the run's parameters; a run without any must fit it, too, so give defaults. */
  readonly params?: ParamsSchema<S, StandardSchemaV1.InferOutput<S>>;
  /** For every task that does not say otherwise. */
  readonly defaults?: { readonly retries?: number; readonly timeout?: Duration; readonly backoff?: Backoff };
  /** Assets that the DAG as a whole updates: published once when the run succeeds. */
  readonly outlets?: O;
  /** Longest time of a run, after which its tasks are cancelled and it fails with `E_RUN_DEADLINE`. @default for ever */
  readonly deadline?: Duration;
  readonly tags?: readonly string[];
  readonly owner?: string;
  readonly description?: string;
  readonly meta?: { readonly [key: string]: Json };
}
