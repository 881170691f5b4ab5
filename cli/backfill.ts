import type { Command } from "commander";
import { readView } from "../core/json-view.ts";
import type { BackfillPlan, WorkSummary } from "../registry/index.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type WorkOptions, withWorkOptions, workOrderOf } from "./work-options.ts";
import { openedText, planOfBackfillText } from "./work-text.ts";

interface BackfillOptions extends WorkOptions {
  readonly partitions: string;
}

/** `headgate backfill <dag> --partitions a..b`: runs of a DAG for slices of its partitions. The registry starts them, some at a time. */
export function addBackfill(program: Command): void {
  const command = program
    .command("backfill")
    .argument("<dag>", "its id")
    .summary("run a DAG for a range of partitions")
    .description("Runs a DAG for slices of its partitions, some at a time. A slice never runs while a live event's run of it does.")
    .helpGroup("Run");
  command.requiredOption("--partitions <keys>", "a..b with both ends, or keys with commas");
  withWorkOptions(command);
  withSettings(withOutput(command), API_SETTINGS);
  withExamples(command, [
    ["headgate backfill orders-clean --partitions 2026-01-01..2026-01-31 --dry-run", "which runs would that be?"],
    ["headgate backfill orders-clean --partitions 2026-01-01..2026-01-31 --max-parallel 4", "four runs at a time"],
    ["headgate backfills list", "how far are they?"],
  ]);
  act<BackfillOptions, [string]>(command, async ({ api, options, output }, dag) => {
    const answer = await (await api()).post("/v1/backfills", { body: { dag, partitions: options.partitions, ...workOrderOf(options) } });
    output.result(answer, () =>
      options.dryRun === true ? planOfBackfillText(answer as unknown as BackfillPlan, output) : openedText(readView<WorkSummary>(answer as never), output),
    );
  });
}
