import type { RestoreReport } from "../runtime/restore/restore-registry.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";

/** What a restore did, and what nobody can know. */
export function restoreText(report: RestoreReport, { paint }: Pick<Output, "paint">): string {
  return [...whatWasDone(report, paint), ...(report.answers ? [] : [paint.yellow("it does not answer yet: start a worker, `headgate worker`")])].join("\n");
}

function whatWasDone(report: RestoreReport, paint: Output["paint"]): string[] {
  switch (report.how) {
    case "none":
      if (report.shards !== undefined)
        return [`the registry runs; of its shards ${paint.green(report.shards.join(", "))} ${report.shards.length === 1 ? "was" : "were"} put back`];
      return ["the registry runs: there is nothing to restore"];
    case "reopened":
      return [`the registry, closed by an export, ${paint.green("goes on")} with what it had`];
    case "reset": {
      const { recalled } = report;
      const took = recalled === null ? "" : `, and took over ${count(recalled.starts, "run")} and ${count(recalled.events, "event")} that the reset had undone`;
      return [`the registry was ${paint.green("reset")} to its last workflow task with all its signals${took}`];
    }
    case "rebuilt": {
      const { epoch, found, unknown } = report;
      return [
        `the registry was ${paint.green("built again")} from the store and from the runs that Temporal has, as epoch ${epoch}`,
        `  ${count(found.projects, "project")} with ${count(found.dags, "DAG")}${found.paused === 0 ? "" : `, ${found.paused} of them paused`}${found.held ? "; the registry is held" : ""}`,
        `  ${count(found.pending, "event")} pending, ${count(found.running, "run")} running`,
        `  ${count(found.repeats, "id")} of events known, so that a repeat is one; ${count(found.watchers, "watcher")}`,
        ...(found.unrecorded === 0 ? [] : [`  ${count(found.unrecorded, "event")} that only runs had: the store has them now`]),
        ...(found.sentAgain === 0 ? [] : [`  ${count(found.sentAgain, "event")} of watchers that were sent and not recorded: they are taken now`]),
        paint.yellow("nobody knows any more:"),
        ...unknown.map((what) => `  - ${what}`),
      ];
    }
  }
}
