import type { Alert, Problem } from "../../core/alert.ts";
import type { AlertDecision } from "../../store/alerts.ts";
import { alertMessage } from "./messages.ts";
import type { Routes } from "./routes.ts";

/** What people are told now: of problems that nobody was told of, and of alerts whose problem is over. Of what stays as it is, nothing. */
export function decideAlerts(problems: readonly Problem[], open: readonly Alert[], routes: Routes, now: number): AlertDecision {
  const wrong = new Set(problems.map(nameOf));
  const told = new Set(open.map(nameOf));
  const opening = problems.flatMap((problem) => {
    const channels = told.has(nameOf(problem)) ? [] : routes(problem);
    return channels.length === 0 ? [] : [{ problem, channels }];
  });
  const over = open.filter((alert) => !wrong.has(nameOf(alert)));
  return {
    open: opening,
    resolve: over,
    messages: [
      ...opening.flatMap(({ problem, channels }) => channels.map((channel) => ({ channel, message: alertMessage(problem, "opened", now, now) }))),
      ...over.flatMap((alert) => alert.channels.map((channel) => ({ channel, message: alertMessage(alert, "resolved", alert.openedAt, now) }))),
    ],
  };
}

function nameOf({ kind, subject }: Pick<Problem, "kind" | "subject">): string {
  return `${kind} ${subject}`;
}
