/** What the interpreter says of a task that never began since something before it failed. */
const NOT_REACHED = /^(?:"[^"]+" failed|nothing before it succeeded)$/;

/**
 * The status of a task as it is drawn. A task that never began counts as failed, as in Airflow; who looks for what went wrong must not find it
 * beside what did.
 */
export function shownStatus({ status, why }: { readonly status: string; readonly why?: string | null }): string {
  return status === "failed" && why != null && NOT_REACHED.test(why) ? "not reached" : status;
}
