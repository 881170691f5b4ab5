import type { Command } from "commander";
import type { ApiClient } from "../client/http/api-client.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { readView } from "../core/json-view.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { QuarantineEntry } from "../store/quarantine.ts";
import { act } from "./frame/command.ts";
import { firstOf, pageFor } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { quarantineListText } from "./quarantine-text.ts";

interface ListOptions {
  readonly asset?: string;
  readonly all?: boolean;
  readonly limit?: number;
}

interface EndOptions {
  readonly source?: string;
  readonly reason?: string;
}

/** `headgate events quarantined|release|drop`: what a contract put aside, and what becomes of it. */
export function addQuarantine(events: Command): void {
  const list = events.command("quarantined").description("Lists events that the contract of their asset put aside, and that wait for a person, newest first.");
  list.option("--asset <uri>", "of this asset").option("--all", "also those that were released or dropped").addOption(limitOption("events"));
  withSettings(withOutput(list), API_SETTINGS);
  withExamples(list, [["headgate events quarantined --asset postgres://warehouse/clean/orders", "what breaks its contract?"]]);
  act<ListOptions>(list, async ({ api, options, output }) => {
    const { all, asset, limit = 100 } = options;
    const waiting = all === true ? "false" : "true";
    const query = { ...defined({ asset: asset === undefined ? undefined : normalizeUri(asset) }), waiting, limit: pageFor(limit) } as const;
    const found = await firstOf((await api()).items("/v1/quarantine", { query }), limit);
    output.result(found, () => (found.length === 0 ? "nothing is in quarantine" : quarantineListText(readView<QuarantineEntry[]>(found as never), output)));
    return undefined;
  });

  const release = withEnd(events.command("release"), "why");
  release.description("Publishes a quarantined event as it is: its DAGs get it.");
  withSettings(withOutput(release), API_SETTINGS);
  withExamples(release, [[`headgate events release batch-17 --reason "the new currency is right"`, "let its DAGs have it"]]);
  act<EndOptions, [string]>(release, async ({ api, options, output }, id) => {
    const asked = await api();
    const entry = await waitingOne(asked, id, options.source);
    await asked.post("/v1/quarantine/release", { body: { events: [{ source: entry.source, id }], ...defined({ reason: options.reason }) } });
    output.result(
      { source: entry.source, id, asset: entry.asset, released: true },
      () => `${output.paint.green("released")} ${id}\n${output.paint.dim(`what becomes of it: headgate explain --event ${id}`)}`,
    );
    return undefined;
  });

  const drop = withEnd(events.command("drop"), "why; needed");
  drop.description("Lets go of a quarantined event: it stays in the store, with who did it and why, and waits no longer.");
  withSettings(withOutput(drop), API_SETTINGS);
  withExamples(drop, [[`headgate events drop batch-17 --reason "sent again, as it should be"`, "nobody needs it"]]);
  act<EndOptions, [string]>(drop, async ({ api, options, output }, id) => {
    const { reason } = options;
    if (reason === undefined)
      throw new HeadgateError("E_USAGE", "what is dropped reaches no DAG, so it must be said why", { where: "--reason", hint: `add --reason "..."` });
    const asked = await api();
    const entry = await waitingOne(asked, id, options.source);
    await asked.post("/v1/quarantine/drop", { body: { events: [{ source: entry.source, id }], reason } });
    output.result({ source: entry.source, id, asset: entry.asset, dropped: true }, () => `${output.paint.yellow("dropped")} ${id}`);
    return undefined;
  });
}

function withEnd(command: Command, reason: string): Command {
  return command.argument("<id>", "its id").option("--source <name>", "its source, where several events have its id").option("--reason <text>", reason);
}

/** Throws `E_EVENT_UNKNOWN`, and `E_USAGE` where the id says too little. */
async function waitingOne(api: ApiClient, id: string, source: string | undefined): Promise<{ readonly source: string; readonly asset: string }> {
  const { items } = await api.get("/v1/quarantine", { query: { id, waiting: "true", limit: 2, ...defined({ source }) } });
  const [entry, another] = items;
  if (entry === undefined)
    throw new HeadgateError("E_EVENT_UNKNOWN", `no event ${id} waits in quarantine`, { hint: "`headgate events quarantined --all` lists them" });
  if (another !== undefined)
    throw new HeadgateError("E_USAGE", `several events have the id ${id}`, { where: "--source", hint: `say whose: --source ${entry.source}` });
  return entry;
}
