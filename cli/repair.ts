import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { readView } from "../core/json-view.ts";
import type { RepairPlan, WorkSummary } from "../registry/index.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type WorkOptions, withWorkOptions, workOrderOf } from "./work-options.ts";
import { openedText, planOfRepairText } from "./work-text.ts";

interface RepairOptions extends WorkOptions {
  readonly partition?: string;
  readonly downstream?: boolean;
}

/** `headgate repair <asset> --partition a..b --downstream`: slices made anew, and what is made from them, each once, in order. */
export function addRepair(program: Command): void {
  const command = program
    .command("repair")
    .argument("<asset>", "URI")
    .summary("make slices of an asset anew, and what is made from them")
    .description("Makes slices of an asset anew: the DAG that makes them runs, then each that is made from them, once, in order.")
    .helpGroup("Run");
  command
    .option("--partition <keys>", "a..b with both ends, or keys with commas; needed if the asset has partitions")
    .option("--downstream", "also everything that is made from these slices");
  withWorkOptions(command);
  withSettings(withOutput(command), API_SETTINGS);
  withExamples(command, [
    ["headgate repair s3://lake/clean/orders --partition 2026-01-03 --downstream --dry-run", "what would run, in which order?"],
    ["headgate repair s3://lake/clean/orders --partition 2026-01-03..2026-01-05 --downstream --max-parallel 4", "make them anew"],
  ]);
  act<RepairOptions, [string]>(command, async ({ api, options, output }, asset) => {
    const body = { downstream: options.downstream === true, ...defined({ partitions: options.partition }), ...workOrderOf(options) };
    const answer = await (await api()).post("/v1/assets/{asset}/repair", { params: { asset }, body });
    output.result(answer, () =>
      options.dryRun === true
        ? planOfRepairText(answer as unknown as RepairPlan & { readonly parallel: number }, output)
        : openedText(readView<WorkSummary>(answer as never), output),
    );
  });
}
