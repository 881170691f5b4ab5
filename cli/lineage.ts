import type { Command } from "commander";
import { normalizeUri } from "../core/uri/uri.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { wholeNumber } from "./frame/limit-option.ts";
import { lineageMermaid } from "./lineage-mermaid.ts";
import { lineageText } from "./lineage-text.ts";

interface LineageOptions {
  readonly up?: boolean;
  readonly down?: boolean;
  readonly depth?: number;
  readonly output?: string;
}

/** Steps that reach everything: a longer way the API does not go. */
const ALL = 100;

/** `headgate lineage <asset>`: what it is made from, and what is made from it, as it is deployed now. */
export function addLineage(program: Command): void {
  const command = program
    .command("lineage")
    .argument("<asset>", "URI, or the id of a DAG")
    .summary("what an asset is made from, and what from it")
    .description("Shows what an asset is made from, and what is made from it.")
    .helpGroup("Look");
  command
    .option("--up", "only what it is made from")
    .option("--down", "only what is made from it")
    .option("--depth <n>", "most steps; from an asset to a DAG is one", wholeNumber);
  withSettings(withOutput(command, ["mermaid"]), API_SETTINGS);
  withExamples(command, [
    ["headgate lineage s3://lake/raw/orders", "both directions"],
    ["headgate lineage s3://lake/raw/orders --down --depth 2", "the DAGs that wait for it, and what they publish"],
    ["headgate lineage s3://lake/raw/orders -o mermaid > lineage.mmd", "a drawing for a document"],
  ]);
  act<LineageOptions, [string]>(command, async ({ api, options, output }, name) => {
    const start = name.includes("://") ? { kind: "asset" as const, id: normalizeUri(name) } : { kind: "dag" as const, id: name };
    const direction = options.up === options.down ? "both" : options.up === true ? "up" : "down";
    const { depth = ALL } = options;
    const query = { [start.kind]: start.id, up: direction === "down" ? 0 : depth, down: direction === "up" ? 0 : depth };
    const graph = await (await api()).get("/v1/lineage", { query });
    output.result({ start, ...graph }, () =>
      options.output === "mermaid" ? lineageMermaid(start, graph) : lineageText(start, graph, direction, output.paint),
    );
  });
}
