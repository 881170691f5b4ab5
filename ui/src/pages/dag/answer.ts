/** A task of a plan, as far as it is drawn. */
export interface PlanTask {
  readonly id: string;
  readonly kind: string;
  readonly needs: readonly ({ readonly name: string } & ({ readonly task: string } | { readonly asset: string } | { readonly events: "all" }))[];
  readonly after: readonly { readonly task: string; readonly path?: string }[];
  readonly when: string;
  readonly retries: number;
  readonly timeout: number;
  readonly outlets: readonly { readonly asset: string }[];
  readonly description?: string;
}

export interface Plan {
  readonly dag: string;
  readonly description?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly policy: Readonly<Record<string, unknown>>;
  readonly tasks: readonly PlanTask[];
  readonly outlets: readonly { readonly asset: string }[];
  /** JSON Schema of the parameters; null where none is known. */
  readonly params: Readonly<Record<string, unknown>> | null;
  readonly on: unknown;
}

export interface Stopped {
  readonly since: string;
  readonly by: string | null;
}

/** A node of a condition with its state. */
export interface TreeNode {
  readonly kind: string;
  readonly text: string;
  readonly key?: string;
  readonly due: boolean;
  readonly pending?: number;
  readonly waitsFor?: string;
  readonly children?: readonly TreeNode[];
}

export interface Group {
  readonly key: string;
  readonly partition: string | null;
  readonly due: boolean;
  readonly blocked: readonly { readonly by: string; readonly until: string | null; readonly text: string }[];
  readonly pending: number;
  readonly stored: number;
  readonly events: readonly { readonly asset: string; readonly source: string; readonly id: string }[];
  readonly tree: TreeNode;
}

export interface LastSeen {
  readonly asset: string;
  readonly event: { readonly at: string; readonly id: string; readonly source: string; readonly partition: string | null; readonly run: string | null } | null;
  readonly fate: { readonly fate: string; readonly why: string | null; readonly run: string | null } | null;
}

/** What `/v1/dags/{dag}/explain` answers. */
export interface DagExplanation {
  readonly dag: string;
  readonly project: string;
  readonly condition: string | null;
  readonly registeredAt: string;
  readonly paused: Stopped | null;
  readonly held: Stopped | null;
  readonly faulted: string | null;
  readonly running: readonly { readonly run: string; readonly key: string; readonly since: string }[];
  readonly failed: { readonly runs: number; readonly events: number };
  readonly work: readonly { readonly id: string; readonly kind: string; readonly status: string; readonly text: string }[];
  readonly groups: readonly Group[];
  readonly moreGroups: number;
  readonly next: string | null;
  readonly lastSeen: readonly LastSeen[];
  readonly text: string;
}

/** Ids of the tasks that a task waits for. */
export function upstreamOf({ needs, after }: Pick<PlanTask, "needs" | "after">): readonly string[] {
  return [...needs.flatMap((need) => ("task" in need ? [need.task] : [])), ...after.map(({ task }) => task)];
}
