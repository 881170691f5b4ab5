import type { DagExplanation, GatheredGroup } from "../../api/schema.gen.ts";

/** One reason, as a sentence. `status` gives it its colour. */
export interface Reason {
  readonly status: string;
  readonly text: string;
  /** What to do about it. */
  readonly todo?: string;
  /** Runs that it is about, as the filter of their list. */
  readonly runs?: "failed" | "running";
}

export interface Why {
  /** The answer in one sentence. */
  readonly head: Reason;
  /** What else plays a part, the strongest first. */
  readonly more: readonly Reason[];
}

/** Why a DAG runs or does not run now: what stops it as a whole first, then what holds back what is due, then what is waited for. */
export function whyOf(explanation: DagExplanation): Why {
  const [head, ...more] = [
    ...stopsOf(explanation),
    ...runningOf(explanation),
    ...blockedOf(explanation.groups),
    ...waitsOf(explanation),
    ...afterOf(explanation),
  ];
  return { head: head ?? { status: "idle", text: "It waits for nothing, and nothing holds it back." }, more };
}

function stopsOf({ faulted, held, paused, groups }: DagExplanation): readonly Reason[] {
  const pending = groups.reduce((sum, group) => sum + group.pending, 0);
  const waiting = pending === 0 ? "" : ` ${count(pending, "event")} wait for it to be resumed.`;
  return [
    ...(faulted === null
      ? []
      : [{ status: "faulted", text: `Its condition is quarantined: ${faulted}`, todo: "Deploy a condition that can be evaluated; its events stay pending." }]),
    ...(held === null
      ? []
      : [{ status: "paused", text: `Nothing starts: the whole registry is held${by(held.by)}.`, todo: "Release the registry under Operations." }]),
    ...(paused === null ? [] : [{ status: "paused", text: `It is paused${by(paused.by)}.${waiting}`, todo: "Resume it." }]),
  ];
}

function runningOf({ running }: DagExplanation): readonly Reason[] {
  if (running.length === 0) return [];
  return [{ status: "running", text: running.length === 1 ? "It runs now." : `${running.length} runs of it are under way.`, runs: "running" }];
}

function blockedOf(groups: readonly GatheredGroup[]): readonly Reason[] {
  return groups
    .filter((group) => group.due && group.blocked.length > 0)
    .map((group) => ({
      status: "waiting",
      text: about(group, `due with ${count(group.pending, "event")}, and held back: ${group.blocked.map(({ text }) => text).join("; ")}`),
    }));
}

/** What has gathered some way; where nothing has, what the condition as a whole waits for. */
function waitsOf({ groups, condition }: DagExplanation): readonly Reason[] {
  if (condition === null) return [{ status: "idle", text: "It has no condition: people, schedules and other runs start it." }];
  const open = groups.filter(({ due }) => !due);
  const begun = open.filter(({ pending }) => pending > 0);
  return (begun.length > 0 ? begun : open.slice(0, 1)).slice(0, 5).map((group) => ({
    status: group.pending > 0 ? "pending" : "waiting",
    text: about(group, `${group.pending === 0 ? "waits" : `${count(group.pending, "event")} there, waits`} for ${group.tree.waitsFor ?? "more"}`),
  }));
}

function afterOf({ failed, work }: DagExplanation): readonly Reason[] {
  return [
    ...(failed.runs === 0
      ? []
      : [
          {
            status: "failed",
            text: `${count(failed.runs, "failed run")} ${failed.runs === 1 ? "holds" : "hold"} ${count(failed.events, "event")}.`,
            todo: `Rerun ${failed.runs === 1 ? "it" : "them"}, or mark ${failed.runs === 1 ? "it" : "them"} succeeded if the work was done by hand.`,
            runs: "failed" as const,
          },
        ]),
    ...work.map(({ status, text }) => ({ status, text: `${text}.` })),
  ];
}

/** A sentence about a group: it begins with its key, if it has one. */
function about({ key }: GatheredGroup, text: string): string {
  return key === "" ? `${text.charAt(0).toUpperCase()}${text.slice(1)}.` : `${key}: ${text}.`;
}

function by(who: string | null): string {
  return who === null || who === "" ? "" : ` by ${who}`;
}

function count(value: number, noun: string): string {
  return `${value.toLocaleString("en-US")} ${noun}${value === 1 ? "" : "s"}`;
}
