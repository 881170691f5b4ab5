import type { Command } from "commander";
import { HeadgateError } from "../core/errors.ts";
import { readView } from "../core/json-view.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { AssetSlices } from "../store/queries/slices.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { slicesText } from "./slices-text.ts";

interface PartitionsOptions {
  readonly range?: string;
}

/** `headgate partitions <asset>`: which slices are there, missing, failed or stale. */
export function addPartitions(program: Command): void {
  const command = program
    .command("partitions")
    .argument("<asset>", "URI")
    .summary("which partitions are there, missing, failed or stale")
    .description("Shows which partitions of an asset are there, missing, failed or stale: something upstream changed after they were made.")
    .helpGroup("Look");
  command.option("--range <a..b>", "from one key to another, both included (default: what should be there by now)");
  withSettings(withOutput(command), API_SETTINGS);
  withExamples(command, [
    ["headgate partitions s3://lake/clean/orders", "what is missing?"],
    ["headgate partitions s3://lake/clean/orders --range 2026-01-01..2026-03-31", "of one quarter"],
    ["headgate partitions s3://lake/clean/orders -o json | jq '.slices[] | select(.status == \"stale\") | .partition'", "for a script"],
  ]);
  act<PartitionsOptions, [string]>(command, async ({ api, options, output }, name) => {
    const query = rangeOf(options.range) ?? {};
    const found = await (await api()).get("/v1/assets/{asset}/partitions", { params: { asset: normalizeUri(name) }, query });
    output.result(found, () => slicesText(readView<AssetSlices>(found), output));
  });
}

function rangeOf(text: string | undefined): { readonly from: string; readonly to: string } | undefined {
  if (text === undefined) return undefined;
  const [from, to, ...more] = text.split("..");
  if (from !== undefined && from !== "" && to === undefined) return { from, to: from };
  if (!from || !to || more.length > 0) throw new HeadgateError("E_USAGE", `${text} is no range`, { where: "--range", hint: "write 2026-01-01..2026-01-31" });
  return { from, to };
}
