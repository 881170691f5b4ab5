import type { PlanEdge, PlanTask } from "../plan.ts";

/** A group while its tasks are added. */
export interface OpenGroup {
  /** With those of the groups around it: `outer.inner`. */
  readonly id: string;
  /** Takes a task in; gives what it comes after because the group does: nothing, if it waits for another task of the group. */
  enter(task: PlanTask): readonly PlanEdge[];
  isEmpty(): boolean;
}

export function openGroup(id: string, after: readonly PlanEdge[]): OpenGroup {
  const members = new Set<string>();
  return {
    id,
    enter(task) {
      members.add(task.id);
      return task.atEnd !== undefined || before(task).some((one) => members.has(one)) ? [] : after;
    },
    isEmpty: () => members.size === 0,
  };
}

/** The tasks of a group that none of its others waits for: who comes after the group comes after these. A teardown holds nobody up. */
export function endsOf(group: string, tasks: Iterable<PlanTask>): readonly PlanEdge[] {
  const inside = [...tasks].filter((task) => task.id.startsWith(`${group}.`) && task.teardown === undefined && task.atEnd === undefined);
  const followed = new Set(inside.flatMap(before));
  return inside.filter(({ id }) => !followed.has(id)).map(({ id }) => ({ task: id }));
}

function before({ needs, after }: PlanTask): readonly string[] {
  return [...needs.flatMap((need) => ("task" in need ? [need.task] : [])), ...after.map(({ task }) => task)];
}
