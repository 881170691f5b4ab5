import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { isRecord } from "../core/json.ts";
import type { WatcherPosition } from "../core/watcher-protocol.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type OperatorOptions, whyOf, withOperator } from "./frame/operator.ts";
import { relativeText } from "./text/time-text.ts";

interface ResetOptions extends OperatorOptions {
  readonly to: string;
  readonly redeliver?: boolean;
  readonly skip?: boolean;
}

/** `headgate watchers pause|resume|reset <watcher>`. */
export function addWatcherLife(watchers: Command): void {
  for (const [name, description, example] of [
    ["pause", "Stops a watcher until it is resumed, also over restarts and deploys. What changes meanwhile is published then.", `--reason "the lake moves"`],
    ["resume", "Lets a watcher go on where it stood, also after a loud stop.", ""],
  ] as const) {
    const command = watchers.command(name).argument("<watcher>", "its id").description(description);
    if (name === "pause") command.option("--reason <text>", "why: everybody sees it who looks at the watcher");
    withSettings(withOutput(command), API_SETTINGS);
    withExamples(command, [[`headgate watchers ${name} orders-arrive ${example}`.trimEnd(), name === "pause" ? "before maintenance" : "go on"]]);
    act<OperatorOptions, [string]>(command, async ({ api, options, output }, watcher) => {
      const path = name === "pause" ? "/v1/watchers/{watcher}/pause" : "/v1/watchers/{watcher}/resume";
      const done = await (await api()).post(path, { params: { watcher }, body: defined({ reason: options.reason }) });
      const { ending, paused } = done;
      output.result(done, () =>
        paused === null
          ? `${watcher} ${name === "pause" ? "is asked to pause" : output.paint.green("goes on")}`
          : `${watcher} is ${output.paint.yellow("paused")} by ${paused.by} ${relativeText(Date.parse(paused.at), output.now)}${paused.why === undefined ? "" : `: ${paused.why}`}${ending ? "; its session still finishes a batch" : ""}`,
      );
      return undefined;
    });
  }

  const reset = withOperator(watchers.command("reset").argument("<watcher>", "its id"))
    .description("Gives a watcher another position. The watcher's resets show who did it, why, and the position before.")
    .requiredOption("--to <position>", "beginning, now, or JSON that the source takes as startAt")
    .option("--redeliver", "what was published before is published again, as new events")
    .option("--skip", "what was published before is left out");
  withSettings(withOutput(reset), API_SETTINGS);
  withExamples(reset, [
    ["headgate watchers reset orders-arrive --to beginning --skip", "look at everything again, publish only what was missed"],
    [`headgate watchers reset orders-arrive --to '{"after":"2026-11-23T00:00:00Z"}' --redeliver`, "all DAGs get what came since then again"],
    ["headgate watchers reset orders-arrive --to now --skip", "take what is there as known"],
  ]);
  act<ResetOptions, [string]>(reset, async ({ api, options, output }, watcher) => {
    const to = positionOf(options.to, "--to");
    const deliver = deliveryOf(options);
    const body = { to: to as "beginning" | "now", deliver, ...whyOf(options) };
    const { done, generation, request } = await (await api()).post("/v1/watchers/{watcher}/reset", { params: { watcher }, body });
    output.result({ watcher, to, deliver, request, done, generation }, () =>
      done
        ? `${watcher} ${output.paint.green("reads")} from ${options.to}${deliver === "redeliver" ? `, in generation ${generation}: what was published before comes again` : "; what was published before is left out"}`
        : `${watcher} ${output.paint.yellow("will be reset")} when a worker that has it runs; request ${request}`,
    );
    return undefined;
  });
}

/** The position that a person wrote. Throws `E_USAGE`. */
export function positionOf(text: string, where: string): WatcherPosition {
  if (text === "beginning" || text === "now") return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (isRecord(value)) return value as WatcherPosition;
  throw new HeadgateError("E_USAGE", `"${text}" is no position`, {
    where,
    hint: `write beginning, now, or an object as the source takes it, such as '{"after":"2026-11-23T00:00:00Z"}'; docs/sources.md says what each takes`,
  });
}

function deliveryOf({ redeliver, skip }: ResetOptions): "redeliver" | "skip" {
  if (redeliver === skip) {
    throw new HeadgateError(
      "E_USAGE",
      redeliver === true ? "--redeliver and --skip exclude one another" : "a reset must say what becomes of events that were published before",
      {
        where: "--redeliver, --skip",
        hint: "--redeliver publishes them again as new events, so DAGs run again; --skip leaves them out and publishes only what never was",
      },
    );
  }
  return redeliver === true ? "redeliver" : "skip";
}
