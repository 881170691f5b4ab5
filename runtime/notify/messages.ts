import { type AlertMessage, alertIdOf, type Problem } from "../../core/alert.ts";
import type { ProblemKind } from "../../core/notify.ts";
import { formatInstant } from "../../core/time/time.ts";

/** An error may be a page long; the command shows the whole of it. */
const LONGEST_DETAIL = 1_000;

interface Words {
  readonly opened: (problem: Problem) => string;
  readonly resolved: (problem: Problem) => string;
  /** The command that says more. */
  readonly look: (problem: Problem) => string;
}

const WORDS: Readonly<Record<ProblemKind, Words>> = {
  "run-failed": {
    opened: ({ subject, count }) => (count === 1 ? `${subject} failed` : `${count} runs of ${subject} failed`),
    resolved: ({ subject }) => `${subject} no longer fails`,
    look: ({ subject, run }) => (run === null ? `headgate runs list --dag ${subject}` : `headgate runs show ${run}`),
  },
  "asset-stale": {
    opened: ({ subject }) => `${subject} is stale`,
    resolved: ({ subject }) => `${subject} is no longer stale`,
    look: ({ subject }) => `headgate lineage ${subject} --up`,
  },
  "dag-quarantined": {
    opened: ({ subject }) => `${subject} is quarantined`,
    resolved: ({ subject }) => `${subject} is no longer quarantined`,
    look: ({ subject }) => `headgate explain ${subject}`,
  },
  "dag-looping": {
    opened: ({ subject }) => `${subject} is paused: its events go round in a loop`,
    resolved: ({ subject }) => `${subject} is no longer paused by a loop`,
    look: ({ subject }) => `headgate explain ${subject}`,
  },
  "watcher-stopped": {
    opened: ({ subject }) => `watcher ${subject} has stopped`,
    resolved: ({ subject }) => `watcher ${subject} is no longer stopped`,
    look: ({ subject }) => `headgate watchers show ${subject}`,
  },
  "dead-letters": {
    opened: ({ subject, count }) => `watcher ${subject} has ${count === 1 ? "a dead letter" : `${count} dead letters`}`,
    resolved: ({ subject }) => `watcher ${subject} has no dead letters any more`,
    look: ({ subject }) => `headgate dead-letters list --watcher ${subject}`,
  },
  "events-quarantined": {
    opened: ({ subject, count }) => `${subject} has ${count === 1 ? "an event" : `${count} events`} in quarantine`,
    resolved: ({ subject }) => `${subject} has no events in quarantine any more`,
    look: ({ subject }) => `headgate events quarantined --asset ${subject}`,
  },
};

/** What is wrong, as a sentence: `3 runs of orders-clean failed`. */
export function titleOf(problem: Problem): string {
  return WORDS[problem.kind].opened(problem);
}

/** What a channel is told of an alert. Its id comes from what it is about, so that a repeat has the same one; it is fit for a header. */
export function alertMessage(problem: Problem, what: "opened" | "resolved", openedAt: number, at: number): AlertMessage {
  const { kind, subject, project, owner, tags, since, count, run, detail } = problem;
  const words = WORDS[kind];
  const title = words[what](problem);
  const alert = alertIdOf(problem, openedAt);
  const lines = [
    ...(what === "opened" && detail !== null ? [detail.slice(0, LONGEST_DETAIL)] : []),
    `Since ${formatInstant(since)}${what === "resolved" ? `, until ${formatInstant(at)}` : ""}. Project ${project}${owner === null ? "" : `, owner ${owner}`}.`,
    ...(what === "opened" ? [words.look(problem)] : []),
  ];
  return {
    ...{ id: `${alert}/${what}`, alert, what, at: formatInstant(at), kind, subject, project, owner, tags },
    ...{ since: formatInstant(since), count, run, title, text: lines.join("\n") },
  };
}

/** What `headgate notify test` sends. */
export function testMessage(channel: string, project: string, id: string, at: number): AlertMessage {
  return {
    ...{ id, alert: id, what: "test", at: formatInstant(at), kind: "test", subject: channel, project, owner: null, tags: [] },
    ...{ since: formatInstant(at), count: 1, run: null, title: `A test of the channel ${channel}` },
    text: `Headgate can tell you of problems of the project ${project} here.`,
  };
}
