import { readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import type { Command } from "commander";
import { unlessStoreAway } from "../api/frame/unless-store-away.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { wholeNumber } from "./frame/limit-option.ts";
import { restoreText } from "./restore-text.ts";
import { count } from "./text/count-text.ts";

/** `headgate registry restore|export|import`: for a registry that does not run, or must not. */
export function addOffline(registry: Command): void {
  const restore = registry.command("restore").option("--reason <text>", "why: it stands in `headgate registry status`");
  restore.description(
    "Puts back a registry that was closed (a reset to its last workflow task) or deleted (built again from the store), and says what cannot be known.",
  );
  withSettings(withOutput(restore), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(restore, [["headgate registry restore", "after somebody terminated or deleted it"]]);
  act<{ readonly reason?: string }>(restore, async ({ options, output, servers }) => {
    const { client, names, store } = await servers();
    const { restoreRegistry } = await import("../runtime/restore/restore-registry.ts");
    const report = await restoreRegistry({ client: await client(), names, store, ...whoOf(options) });
    output.result(report, () => restoreText(report, output));
    return undefined;
  });

  const exporting = registry.command("export").argument("[file]", "where to write it (default: standard output)");
  exporting
    .option("--close", "close a registry that runs: senders wait until it is imported or restored")
    .description("Writes down everything that the registry carries, as JSON with a schema version and a hash. Offline: the registry must be closed.");
  withSettings(withOutput(exporting), SERVER_SETTINGS);
  withExamples(exporting, [["headgate registry export registry.json --close", "close it, and write down what it has"]]);
  act<{ readonly close?: boolean }, [string | undefined]>(exporting, async ({ options, output, servers }, path) => {
    const { client, names } = await servers();
    const { exportRegistry } = await import("../runtime/restore/move-registry.ts");
    const file = await exportRegistry({ client: await client(), names, close: options.close === true, now: output.now });
    if (path === undefined) {
      output.result(jsonView(file), () => JSON.stringify(file));
      return undefined;
    }
    await writeFile(path, `${JSON.stringify(file)}\n`);
    const { consumers, events } = file.carry.state;
    const about = { file: path, hash: file.hash, schema: file.schema, dags: Object.keys(consumers).length, events: events.length };
    output.result(about, () =>
      [
        `${output.paint.green("wrote")} ${output.paint.bold(path)}: ${count(about.dags, "DAG")}, ${count(about.events, "event")} held, schema ${about.schema}`,
        output.paint.dim(`the registry is closed until \`headgate registry import ${path}\` or \`headgate registry restore\``),
      ].join("\n"),
    );
    return undefined;
  });

  const importing = registry.command("import").argument("<file>", "what `headgate registry export` wrote");
  importing
    .option("--shards <n>", "into how many registry workflows: each decides for a part of the DAGs (default: 1, at most 8)", wholeNumber)
    .option("--reason <text>", "why: it stands in `headgate registry status`")
    .description("Starts the registry with what an export has. It must not run, and the export must be its last state. States of older releases are upgraded.");
  withSettings(withOutput(importing), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(importing, [["headgate registry import registry.json --shards 1", "let it go on"]]);
  act<{ readonly shards?: number; readonly reason?: string }, [string]>(importing, async ({ options, output, servers }, path) => {
    const [{ readExport }, { importRegistry }] = await Promise.all([
      import("../runtime/restore/export-file.ts"),
      import("../runtime/restore/move-registry.ts"),
    ]);
    const file = readExport(await textOf(path), path);
    const all = await servers();
    const store = await unlessStoreAway(all.store, (why) => {
      output.note(`whether the registry went on after the export is asked of Temporal alone: ${why.message}`);
      return undefined;
    });
    await importRegistry({ client: await all.client(), names: all.names, file, store, shards: options.shards ?? 1, ...whoOf(options) });
    output.result({ imported: true, file: path, hash: file.hash }, () => `${output.paint.green("imported")} ${output.paint.bold(path)}: the registry goes on`);
    return undefined;
  });
}

function whoOf({ reason }: { readonly reason?: string }): { readonly by?: string; readonly why?: string } {
  return defined({ by: userInfo().username, why: reason });
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new HeadgateError("E_USAGE", `the file could not be read: ${messageOf(cause)}`, { where: path, cause });
  }
}
