import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView, readView } from "../core/json-view.ts";
import { LOG_LEVELS, type LogLevel, type LogLine } from "../core/tasks/records.ts";
import { formatInstant } from "../core/time/time.ts";
import { followLogs } from "./follow-logs.ts";
import { act } from "./frame/command.ts";
import { firstOf } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
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
  withSettings(withOutput(logs), API_SETTINGS);
  withExamples(logs, [
    ["headgate runs logs orders-clean/1f0c-42", "all that it wrote"],
    ["headgate runs logs orders-clean/1f0c-42 load --follow", "one task, while it runs"],
    ["headgate runs logs orders-clean/1f0c-42 --level warn -o jsonl", "what went wrong, for a script"],
  ]);
  act<LogFlags, [string, string | undefined]>(logs, async ({ api, options, output }, run, task) => {
    const { follow = false, attempt, level = "debug" } = options;
    if (follow && output.format === "json")
      throw new HeadgateError("E_USAGE", "what is followed has no end that JSON could have", { where: "--follow", hint: "write -o jsonl" });
    const asked = await api();
    const params = { run };
    const read = async (since: number | undefined): Promise<readonly LogLine[]> => {
      const query = { level, limit: PAGE, ...defined({ task, attempt, since: since === undefined ? undefined : formatInstant(since) }) };
      return readView<LogLine[]>(await firstOf(asked.items("/v1/runs/{run}/logs", { params, query }), Number.POSITIVE_INFINITY));
    };
    const say = (lines: readonly LogLine[]): void => output.result(jsonView(lines), () => logsText(lines, output));
    if (!follow) {
      const lines = await read(undefined);
      if (lines.length === 0 && output.format === "text") output.note("nothing was written, or nothing is kept any more");
      else say(lines);
      return undefined;
    }
    const following = followLogs({
      read,
      hasEnded: async () => (await asked.get("/v1/runs/{run}", { params })).endedAt !== null,
      wait: () => sleep(LOOK_EVERY),
    });
    for await (const lines of following) if (lines.length > 0) say(lines);
    return undefined;
  });
}
