import type { Json } from "./json.ts";

/** A duration as people write it: `"500ms"`, `"90s"`, `"15m"`, `"2h"`, `"7d"`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** A test of one field: a bare value means `eq`; several operators in one object are joined by and. */
export type FieldFilter = Json | Readonly<Partial<Record<FilterOperator, Json>>>;
export type FilterOperator = "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "in" | "notIn" | "glob" | "exists" | "between" | "tz";

/** A filter on an event: dotted paths into its data, `$source $id $partition $time`, and `and`, `or`, `not`. */
export interface Filter {
  readonly [path: string]: FieldFilter | Filter | readonly Filter[];
}

/** What is gathered separately: the partition, a dotted path into the data, several of them, or one for each asset. */
export type By = string | readonly string[] | { readonly [asset: string]: string | readonly string[] };

/** How many of the upstream slices must be there before a slice is due. */
export type Wait = "all" | "any" | { readonly atLeast?: number | `${number}%`; readonly deadline?: Duration };

/** How upstream partition keys become keys of the consumer. SEMANTICS section 5. */
export type Mapping =
  | { readonly map: "same" }
  | { readonly map: "rollup"; readonly grain: Grain; readonly tz?: string; readonly wait?: Wait }
  | { readonly map: "fanOut"; readonly grain: Grain; readonly tz?: string; readonly direction?: "forward" | "backward"; readonly max?: number }
  | { readonly map: "offset"; readonly by: number }
  | { readonly map: "window"; readonly from: number; readonly to: number; readonly wait?: Wait }
  | { readonly map: "static"; readonly keys: { readonly [upstream: string]: string | readonly string[] }; readonly wait?: Wait }
  | { readonly map: "latest" }
  | { readonly map: "all"; readonly wait?: Wait }
  | { readonly map: "product"; readonly of: readonly Mapping[] };

export type Grain = "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";

/** Which slices an asset has. */
export type PartitionDefinition =
  | { readonly grain: Grain; readonly tz?: string; readonly start?: string; readonly end?: string }
  | { readonly keys: readonly string[] }
  | { readonly dynamic: true }
  | { readonly product: readonly PartitionDefinition[] };

interface Modifiers {
  readonly within?: Duration;
  readonly unless?: ConditionNode;
  readonly by?: By;
}
interface Leaf extends Modifiers {
  readonly where?: Filter;
  readonly count?: number;
  readonly partitions?: Mapping;
  readonly keep?: boolean;
  readonly changed?: string;
}
export interface AssetNode extends Leaf {
  readonly asset: string;
}
export interface GroupNode extends Leaf {
  readonly group: string;
  readonly members?: "all" | "any";
}
export interface PatternNode extends Leaf {
  readonly pattern: string;
  readonly members?: "all" | "any";
}
export interface AllNode extends Modifiers {
  readonly all: readonly ConditionNode[];
}
export interface AnyNode extends Modifiers {
  readonly any: readonly ConditionNode[];
  readonly count?: number;
}
export interface AtLeastNode extends Modifiers {
  readonly atLeast: number;
  readonly of: readonly ConditionNode[];
}
export interface SequenceNode extends Modifiers {
  readonly sequence: readonly ConditionNode[];
}
export interface CronNode extends Modifiers {
  readonly cron: string;
  readonly tz?: string;
}
export interface EveryNode extends Modifiers {
  readonly every: Duration;
}
export interface AbsentNode extends Modifiers {
  readonly absent: ConditionNode;
  readonly for: Duration;
}

/**
 * An expression over assets and time that says when a DAG is due: frozen JSON, and the only form of a condition.
 * The builders make it, the catalogue carries it, `headgate simulate` reads it. The key that is present says the kind.
 */
export type ConditionNode = AssetNode | GroupNode | PatternNode | AllNode | AnyNode | AtLeastNode | SequenceNode | CronNode | EveryNode | AbsentNode;
