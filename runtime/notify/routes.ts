import type { Problem } from "../../core/alert.ts";
import { compileGlob } from "../../core/conditions/glob.ts";
import { compilePattern } from "../../core/conditions/pattern.ts";
import { listOf, type NotifyConfig, type NotifyRule, type ProblemKind } from "../../core/notify.ts";

/** What each kind of problem is about. */
export const ABOUT: Readonly<Record<ProblemKind, "dag" | "asset" | "watcher">> = {
  "run-failed": "dag",
  "asset-stale": "asset",
  "dag-quarantined": "dag",
  "dag-looping": "dag",
  "watcher-stopped": "watcher",
  "dead-letters": "watcher",
  "events-quarantined": "asset",
};

export type Routes = (problem: Problem) => readonly string[];

/** The channels that are told of a problem, each once, in the order of the rules. */
export function compileRoutes({ rules }: NotifyConfig, project: string): Routes {
  const compiled = rules.map((rule) => ({ fits: compileRule(rule, project), to: listOf(rule.to) }));
  return (problem) => [...new Set(compiled.flatMap(({ fits, to }) => (fits(problem) ? to : [])))];
}

function compileRule(rule: NotifyRule, own: string): (problem: Problem) => boolean {
  const on = new Set(listOf(rule.on));
  const named = (["dag", "asset", "watcher"] as const).filter((about) => rule[about] !== undefined);
  const subjects = new Map(named.map((about) => [about, anyOf(listOf(rule[about]).map(about === "asset" ? compilePattern : compileGlob))]));
  const projects = rule.project === undefined ? [own] : listOf(rule.project);
  return ({ kind, subject, project, tags, owner }) =>
    (on.size === 0 || on.has(kind)) &&
    (subjects.size === 0 || subjects.get(ABOUT[kind])?.(subject) === true) &&
    (projects.includes("*") || projects.includes(project)) &&
    (rule.tag === undefined || listOf(rule.tag).some((tag) => tags.includes(tag))) &&
    (rule.owner === undefined || (owner !== null && listOf(rule.owner).includes(owner)));
}

function anyOf(tests: readonly ((text: string) => boolean)[]): (text: string) => boolean {
  return (text) => tests.some((test) => test(text));
}
