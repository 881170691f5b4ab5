import type { LastSeen } from "../client/last-seen.ts";
import type { ConsumerExplanation, GroupExplanation } from "../registry/explain.ts";
import type { TreeNode } from "../registry/explain-tree.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import type { Paint } from "./text/paint.ts";
import { statusText } from "./text/status-text.ts";
import { durationText, relativeText } from "./text/time-text.ts";

type Look = Pick<Output, "now" | "paint">;

/** Why a DAG does not run, or what it runs on: its condition as a tree, what holds it back, and what comes next. */
export function explainDagText(answer: ConsumerExplanation & { readonly lastSeen: readonly LastSeen[] }, { now, paint }: Look): string {
  const { dag, faulted, groups, held, lastSeen, moreGroups, next, paused, running } = answer;
  const since = (instant: string): string => relativeText(Date.parse(instant), now);
  const head = `${paint.bold(dag)} ${answer.condition === null ? "has no condition: people and schedules start it" : `runs on ${answer.condition}`}`;
  const state = [
    ...(faulted === null ? [] : [`${statusText("faulted", paint)}: ${faulted}`]),
    ...(held === null
      ? []
      : [`${paint.yellow("the whole registry is held")} ${since(held.since)}${held.by === null ? "" : ` by ${held.by}`}: \`headgate registry resume\``]),
    ...(paused === null ? [] : [`${statusText("paused", paint)} ${since(paused.since)}${paused.by === null || paused.by === "" ? "" : ` by ${paused.by}`}`]),
    ...(answer.failed.runs === 0
      ? []
      : [paint.red(`${count(answer.failed.runs, "failed run")} ${answer.failed.runs === 1 ? "holds" : "hold"} ${count(answer.failed.events, "event")}`)]),
    ...answer.work.map(({ kind, status, text }) => `${paint.dim(kind)} ${status === "failed" ? paint.red(text) : text}`),
    ...running.map(
      ({ key, run, since: start }) => `${statusText("running", paint)}: ${run}${key === "" ? "" : ` for ${key}`}, for ${durationText(now - Date.parse(start))}`,
    ),
  ];
  const rest = [
    ...(moreGroups === 0 ? [] : [paint.dim(`and ${count(moreGroups, "more key", "more keys")}`)]),
    ...(next === null ? [] : [paint.dim(`time alone changes something next ${since(next)}, at ${next}`)]),
  ];
  return [
    [head, ...state].join("\n"),
    ...groups.map((group) => groupText(group, lastSeen, { now, paint })),
    ...(rest.length === 0 ? [] : [rest.join("\n")]),
  ].join("\n\n");
}

function groupText(group: GroupExplanation, lastSeen: readonly LastSeen[], { now, paint }: Look): string {
  const name = group.key === "" ? "" : `${paint.bold(group.key)}  `;
  const verdict = !group.due
    ? paint.yellow("waits")
    : group.blocked.length === 0
      ? paint.green("due")
      : `${paint.yellow("due, and held back")}: ${group.blocked.map(({ text, until }) => (until === null ? text : `${text} (${relativeText(Date.parse(until), now)})`)).join("; ")}`;
  return [
    `${name}${verdict}, ${group.pending === 0 ? "nothing" : count(group.pending, "event")} pending`,
    ...treeLines(group.tree, lastSeen, { now, paint }, "  "),
  ].join("\n");
}

function treeLines(node: TreeNode, lastSeen: readonly LastSeen[], look: Look, indent: string): string[] {
  const { paint } = look;
  const mark = node.due ? paint.green("✓") : paint.dim("·");
  if (node.children !== undefined) {
    return [`${indent}${mark} ${node.kind}`, ...node.children.flatMap((child) => treeLines(child, lastSeen, look, `${indent}  `))];
  }
  const pending = node.pending === undefined || node.pending === 0 ? "" : `, ${paint.blue(`${node.pending} pending`)}`;
  const lines = [
    `${indent}${mark} ${node.text}: ${node.due ? paint.green("there") : `waits for ${node.waitsFor?.replace(` of ${node.text}`, "") ?? "more"}`}${pending}`,
  ];
  // Of several assets one may be the beginning of another's name.
  const seen = node.due ? undefined : lastSeen.filter(({ asset }) => node.text.startsWith(asset)).sort((a, b) => b.asset.length - a.asset.length)[0];
  return seen === undefined ? lines : [...lines, `${indent}  ${paint.dim(lastSeenText(seen, look.now, paint))}`];
}

function lastSeenText({ event, fate }: LastSeen, now: number, paint: Paint): string {
  if (event === null) return "no event of it was ever accepted";
  const name = event.run === null ? event.id : `by ${event.run}`;
  const what = `its last event, ${name}${event.partition === null ? "" : ` for ${event.partition}`}, came ${relativeText(event.at, now)}`;
  if (fate === null) return `${what}, and this DAG had no use for it`;
  const tense = fate.fate === "pending" || fate.fate === "returned" ? "is" : "was";
  return `${what} and ${tense} ${statusText(fate.fate, paint)}${fate.run === null ? "" : ` by ${fate.run}`}${fate.why === null ? "" : `: ${fate.why}`}`;
}
