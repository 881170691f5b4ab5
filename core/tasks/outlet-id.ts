/** Stands for the task in the ids of what a DAG as a whole publishes; no task can be called so. */
export const DAG_LEVEL = "$dag";

/** The id of one published event: the same on a retry, new on a rerun or reset. */
export function outletId(run: { readonly id: string; readonly temporalRunId: string }, task: string, ordinal: number): string {
  return `${run.id}/${run.temporalRunId}/${task}/${ordinal}`;
}

/** The name of one item of a map in ids and records: `load[17]`. */
export function itemName(task: string, index: number): string {
  return `${task}[${index}]`;
}
