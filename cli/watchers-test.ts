import { type Command, Option } from "commander";
import { unlessStoreAway } from "../api/frame/unless-store-away.ts";
import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import type { HideSecrets } from "../core/hide-secrets.ts";
import { jsonView } from "../core/json-view.ts";
import { namesFor } from "../core/names.ts";
import type { SourceLog } from "../core/source.ts";
import { parseDuration } from "../core/time/duration.ts";
import type { StandingAt, Trial } from "../watchers/try-source.ts";
import { act } from "./frame/command.ts";
import type { Servers } from "./frame/connect.ts";
import { STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import type { Output } from "./frame/output.ts";
import { loadProject } from "./project.ts";
import { count } from "./text/count-text.ts";
import { renderTable } from "./text/table.ts";
import { unknownWatcher } from "./unknown-watcher.ts";
import { positionOf } from "./watchers-life.ts";

interface TestOptions {
  readonly for?: string;
  readonly from?: string;
  readonly limit?: number;
}

/** `headgate watchers test <watcher>`: connects as the watcher would, and keeps nothing. */
export function addWatcherTest(watchers: Command): void {
  const command = watchers
    .command("test")
    .argument("<watcher>", "its id in the DAG files")
    .description("Connects with the options of the DAG files and shows what the watcher would publish. Keeps nothing, takes nothing away.")
    .option("--from <position>", "beginning, now, or JSON (default: where the watcher stands)")
    .addOption(new Option("--for <duration>", "how long to read").default("3s", "3s"))
    .addOption(limitOption("events"));
  withSettings(withOutput(command), ["project", "environment", ...STORE_SETTINGS]);
  withExamples(command, [
    ["headgate watchers test orders-arrive", "does it connect, and what is new?"],
    ["headgate watchers test orders-arrive --from beginning --limit 3", "what do its events look like?"],
  ]);
  act<TestOptions, [string]>(command, async ({ config, options, output, servers }, id) => {
    const loaded = await config();
    const { definitions } = await loadProject(loaded);
    const watcher = definitions.filter((one) => one.kind === "watcher").find((one) => one.id === id);
    if (watcher === undefined) throw unknownWatcher(definitions, id);
    if ("receive" in watcher.source) {
      throw new HeadgateError("E_USAGE", `watcher ${id} is not read: it is handed what comes over HTTP`, {
        where: `watcher ${id}`,
        hint: `send a request to POST /v1/webhooks/${id} of \`headgate api\``,
      });
    }
    const { trySource } = await import("../watchers/try-source.ts");
    const stands = options.from === undefined ? await standingOf(id, await servers(), output) : { ...NOWHERE, startAt: positionOf(options.from, "--from") };
    const { poison, ...found } = await trySource(watcher, {
      position: stands,
      connection: (name) => loaded.connections.uri(name),
      log: sayTo(output, loaded.connections.hide),
      reader: `${namesFor(loaded.settings.environment).watcher(id)}/test`,
      every: loaded.settings.watchersEvery,
      length: parseDuration(options.for ?? "3s", "--for"),
      most: options.limit ?? 10,
    });
    const { hide } = loaded.connections;
    const trial: Trial = { ...found, poison: poison.map((letter) => ({ id: hide(letter.id), reason: hide(letter.reason), raw: hide(letter.raw) })) };
    output.result(jsonView({ watcher: id, position: stands.cursor ?? null, ...trial }), () => trialText(id, stands, trial, output));
    return undefined;
  });
}

const NOWHERE: StandingAt = { seen: { unseen: async (items) => items } };

/** Where the watcher stands. Without a store it is not known, and reading begins as for a new watcher. */
async function standingOf(watcher: string, { store }: Servers, output: Pick<Output, "note">): Promise<StandingAt> {
  return await unlessStoreAway<StandingAt>(
    async () => await (await store()).positionOf(watcher),
    (why) => {
      output.note(`where the watcher stands is not known: ${why.message}`);
      return NOWHERE;
    },
  );
}

function sayTo(output: Pick<Output, "note">, hide: HideSecrets): SourceLog {
  const say = (message: string): void => output.note(hide(message));
  return { info: say, warn: say };
}

function trialText(id: string, { cursor }: StandingAt, trial: Trial, { paint, width }: Output): string {
  const { events, ignored, poison, reads, waiting } = trial;
  const head = `${id} ${paint.green("reads")} ${reads}${cursor === undefined ? "" : paint.dim(`, from ${JSON.stringify(cursor)}`)}`;
  if (waiting === null) return `${head}\nit does not say how many messages wait; none was read, as reading takes them away`;
  if (waiting !== undefined)
    return `${head}\nabout ${count(waiting, "message")} ${waiting === 1 ? "waits" : "wait"}; none was read, as reading takes them away`;
  const found = [
    events.length === 0 ? "it would publish nothing now" : `it would publish ${count(events.length, "event")}`,
    ...(ignored === 0 ? [] : [`ignore ${count(ignored, "item")}`]),
    ...(poison.length === 0 ? [] : [paint.red(`put ${count(poison.length, "item")} to the dead letters`)]),
  ].join(", ");
  const table = renderTable<EventInput>(
    [
      { title: "ID", value: ({ id: name }) => name, cut: "middle" },
      { title: "PARTITION", value: ({ partition }) => partition ?? "" },
      { title: "TIME", value: ({ time }) => time ?? "" },
      { title: "DATA", value: ({ data }) => JSON.stringify(data), cut: "end" },
    ],
    events,
    { width, paintTitle: paint.dim },
  );
  return [head, found, ...(events.length === 0 ? [] : [table]), ...poison.map((letter) => `${paint.red(letter.id)}: ${letter.reason}`)].join("\n");
}
