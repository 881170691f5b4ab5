import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { Store } from "../store/index.ts";
import type { QuarantineEntry } from "../store/quarantine.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { askedBy } from "./frame/operator.ts";
import { quarantineListText } from "./quarantine-text.ts";
import { recordedAction } from "./record-action.ts";

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
  withSettings(withOutput(list), STORE_SETTINGS);
  withExamples(list, [["headgate events quarantined --asset postgres://warehouse/clean/orders", "what breaks its contract?"]]);
  act<ListOptions>(list, async ({ options, output, servers }) => {
    const { all, asset, limit } = options;
    const store = await (await servers()).store();
    const found = await store.listQuarantined({ ...defined({ limit, asset: asset === undefined ? undefined : normalizeUri(asset) }), waiting: all !== true });
    output.result(jsonView(found), () => (found.length === 0 ? "nothing is in quarantine" : quarantineListText(found, output)));
    return undefined;
  });

  const release = withEnd(events.command("release"), "why");
  release.description("Publishes a quarantined event as it is: its DAGs get it.");
  withSettings(withOutput(release), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(release, [[`headgate events release batch-17 --reason "the new currency is right"`, "let its DAGs have it"]]);
  act<EndOptions, [string]>(release, async ({ options, output, servers }, id) => {
    const all = await servers();
    const store = await all.store();
    const entry = await waitingOne(store, id, options.source);
    const sender = await all.publisher();
    const by = askedBy({}).by ?? "unknown";
    const action = { operation: "release-event", subject: `${entry.source} ${id}`, why: options.reason, events: 1 } as const;
    await recordedAction(all, output, action, () => store.releaseQuarantined({ entry, by, why: options.reason, send: (batch) => sender.watcherBatch(batch) }));
    output.result(
      { source: entry.source, id, asset: entry.asset, released: true },
      () => `${output.paint.green("released")} ${id}\n${output.paint.dim(`what becomes of it: headgate explain --event ${id}`)}`,
    );
    return undefined;
  });

  const drop = withEnd(events.command("drop"), "why; needed");
  drop.description("Lets go of a quarantined event: it stays in the store, with who did it and why, and waits no longer.");
  withSettings(withOutput(drop), STORE_SETTINGS);
  withExamples(drop, [[`headgate events drop batch-17 --reason "sent again, as it should be"`, "nobody needs it"]]);
  act<EndOptions, [string]>(drop, async ({ options, output, servers }, id) => {
    const { reason: why } = options;
    if (why === undefined)
      throw new HeadgateError("E_USAGE", "what is dropped reaches no DAG, so it must be said why", { where: "--reason", hint: `add --reason "..."` });
    const all = await servers();
    const store = await all.store();
    const entry = await waitingOne(store, id, options.source);
    const by = askedBy({}).by ?? "unknown";
    const action = { operation: "drop-event", subject: `${entry.source} ${id}`, why, events: 1 } as const;
    await recordedAction(all, output, action, () => store.dropQuarantined({ events: [entry], by, why }));
    output.result({ source: entry.source, id, asset: entry.asset, dropped: true }, () => `${output.paint.yellow("dropped")} ${id}`);
    return undefined;
  });
}

function withEnd(command: Command, reason: string): Command {
  return command.argument("<id>", "its id").option("--source <name>", "its source, where several events have its id").option("--reason <text>", reason);
}

/** Throws `E_EVENT_UNKNOWN`, and `E_USAGE` where the id says too little. */
async function waitingOne(store: Pick<Store, "listQuarantined">, id: string, source: string | undefined): Promise<QuarantineEntry> {
  const [entry, another] = await store.listQuarantined({ id, ...defined({ source }), waiting: true });
  if (entry === undefined)
    throw new HeadgateError("E_EVENT_UNKNOWN", `no event ${id} waits in quarantine`, { hint: "`headgate events quarantined --all` lists them" });
  if (another !== undefined)
    throw new HeadgateError("E_USAGE", `several events have the id ${id}`, { where: "--source", hint: `say whose: --source ${entry.source}` });
  return entry;
}
