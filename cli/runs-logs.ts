import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { LOG_LEVELS, type LogLevel, type LogLine } from "../core/tasks/records.ts";
import type { Store } from "../store/index.ts";
import { followLogs } from "./follow-logs.ts";
import { foundRun } from "./found-run.ts";
import { act } from "./frame/command.ts";
import { STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { wholeNumber } from "./frame/limit-option.ts";
import { logsText } from "./logs-text.ts";

interface LogFlags {
  readonly follow?: boolean;
  readonly attempt?: number;
  readonly level?: LogLevel;
}

const PAGE = 1_000;
/** Milliseconds between two looks. */
const LOOK_EVERY = 500;

/** `headgate runs logs`. */
export function addLogs(runs: Command): void {
  const logs = runs
    .command("logs")
    .argument("<run>", "workflow id")
    .argument("[task]", "one task; of a map all items, or one: each[17]")
    .description("Shows what the tasks of a run wrote: by ctx.log, and to stdout and stderr.");
  logs
    .option("-f, --follow", "go on until the run has ended")
    .option("--attempt <n>", "one attempt alone", wholeNumber)
    .addOption(new Option("--level <level>", "this level and above").choices(LOG_LEVELS));
  withSettings(withOutput(logs), STORE_SETTINGS);
  withExamples(logs, [
    ["headgate runs logs orders-clean/1f0c-42", "all that it wrote"],
    ["headgate runs logs orders-clean/1f0c-42 load --follow", "one task, while it runs"],
    ["headgate runs logs orders-clean/1f0c-42 --level warn -o jsonl", "what went wrong, for a script"],
  ]);
  act<LogFlags, [string, string | undefined]>(logs, async ({ options, output, servers }, run, task) => {
    const { follow = false, attempt, level = "debug" } = options;
    if (follow && output.format === "json")
      throw new HeadgateError("E_USAGE", "what is followed has no end that JSON could have", { where: "--follow", hint: "write -o jsonl" });
    const store = await (await servers()).store();
    await foundRun(store, run);
    const shown = LOG_LEVELS.slice(LOG_LEVELS.indexOf(level));
    const filter = { run, ...defined({ task, attempt }), levels: shown };
    const say = (lines: readonly LogLine[]): void => {
      if (lines.length > 0) output.result(lines, () => logsText(lines, output));
    };
    if (!follow) {
      const lines = await allLines(store, filter);
      if (lines.length === 0 && output.format === "text") output.note("nothing was written, or nothing is kept any more");
      else output.result(lines, () => logsText(lines, output));
      return undefined;
    }
    const following = followLogs({
      read: (since) => allLines(store, { ...filter, ...defined({ since }) }),
      hasEnded: async () => (await store.listRuns({ run, limit: 1 }))[0]?.endedAt != null,
      wait: () => sleep(LOOK_EVERY),
    });
    for await (const lines of following) say(lines);
    return undefined;
  });
}

async function allLines(store: Store, filter: Parameters<Store["listLogs"]>[0]): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (;;) {
    const page = await store.listLogs({ ...filter, skip: lines.length, limit: PAGE });
    lines.push(...page);
    if (page.length < PAGE) return lines;
  }
}
