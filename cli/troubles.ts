import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { readView } from "../core/json-view.ts";
import { formatInstant } from "../core/time/time.ts";
import type { RejectedEntry, WarningEntry } from "../store/queries/trouble.ts";
import { act } from "./frame/command.ts";
import { firstOf, pageFor } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import type { Output } from "./frame/output.ts";
import { sinceOf } from "./since.ts";
import { oneLine, truncate } from "./text/text-width.ts";
import { relativeText } from "./text/time-text.ts";

interface TroubleOptions {
  readonly code?: string;
  readonly since?: string;
  readonly limit?: number;
}

/** `headgate events rejected`: whoever sends raw signals sees only that the server took them, so this is where they look. */
export function addRejected(events: Command): void {
  const rejected = withFilter(events.command("rejected"), "rejected events").description("Lists what could not be an event, and why, newest first.");
  withExamples(rejected, [
    ["headgate events rejected", "why does the registry not take what I send?"],
    ["headgate events rejected --code E_EVENT_DATA --since 1d -o jsonl | jq .event", "for a script"],
  ]);
  act<TroubleOptions>(rejected, async ({ api, options, output }) => {
    const { limit = 100 } = options;
    const found = await firstOf((await api()).items("/v1/rejected", { query: queryOf(options, limit, output.now) }), limit);
    output.result(found, () => (found.length === 0 ? "nothing was rejected" : rejectedText(readView<RejectedEntry[]>(found as never), output)));
    return undefined;
  });
}

/** `headgate registry warnings`. */
export function addWarnings(registry: Command): void {
  const warnings = withFilter(registry.command("warnings"), "warnings").description("Lists what the registry took and found strange, newest first.");
  withExamples(warnings, [["headgate registry warnings --since 1d", "did anybody send events of assets that no DAG names?"]]);
  act<TroubleOptions>(warnings, async ({ api, options, output }) => {
    const { limit = 100 } = options;
    const found = await firstOf((await api()).items("/v1/warnings", { query: queryOf(options, limit, output.now) }), limit);
    output.result(found, () => (found.length === 0 ? "no warnings" : warningsText(readView<WarningEntry[]>(found), output)));
    return undefined;
  });
}

function withFilter(command: Command, what: string): Command {
  command.option("--code <code>", "with this code").option("--since <when>", "since: 2h, 30d, or an instant with a zone").addOption(limitOption(what));
  return withSettings(withOutput(command), API_SETTINGS);
}

function queryOf({ code, since }: TroubleOptions, limit: number, now: number): { readonly code?: string; readonly since?: string; readonly limit: number } {
  return { limit: pageFor(limit), ...defined({ code, since: since === undefined ? undefined : formatInstant(sinceOf(since, now)) }) };
}

/** Each with what was sent, cut to a line. */
export function rejectedText(rejected: readonly RejectedEntry[], { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  return rejected
    .map(({ at, code, event, why }) => {
      const sent = event === null ? "" : `\n  ${paint.dim(truncate(oneLine(typeof event === "string" ? event : JSON.stringify(event)), width - 2))}`;
      return `${relativeText(at, now)}  ${paint.red(code)}  ${why}${sent}`;
    })
    .join("\n");
}

export function warningsText(warnings: readonly WarningEntry[], { now, paint }: Pick<Output, "now" | "paint">): string {
  return warnings.map(({ at, code, text }) => `${relativeText(at, now)}  ${paint.yellow(code)}  ${text}`).join("\n");
}
