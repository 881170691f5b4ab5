import type { Command } from "commander";
import { HeadgateError } from "../core/errors.ts";
import { readView } from "../core/json-view.ts";
import type { Config } from "../runtime/config.ts";
import { createDefinitionSet, type DefinitionSet } from "../runtime/definition-set.ts";
import type { DeadLetter } from "../store/dead-letters.ts";
import { deadLettersText, deadLetterText } from "./dead-letters-text.ts";
import { act } from "./frame/command.ts";
import { firstOf, pageFor } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { parseItem } from "./parse-item.ts";
import { loadProject } from "./project.ts";
import { count } from "./text/count-text.ts";
import { unknownWatcher } from "./unknown-watcher.ts";

interface ListOptions {
  readonly watcher?: string;
  readonly all?: boolean;
  readonly limit?: number;
}

interface ChangeOptions {
  readonly all?: boolean;
  readonly reason?: string;
  readonly item?: string;
}

/** `headgate dead-letters list|show|redrive|drop`: items that watchers could make no event of. */
export function addDeadLetters(program: Command): void {
  const letters = program
    .command("dead-letters")
    .helpCommand(false)
    .summary("items that watchers could make no event of")
    .description("Items that watchers could make no event of: they stopped nothing, and wait for a person.")
    .helpGroup("Look");

  const list = letters.command("list").description("Lists dead letters that wait, newest first.");
  list.option("--watcher <id>", "of this watcher").option("--all", "also those that were sent again or dropped").addOption(limitOption("letters"));
  withSettings(withOutput(list), API_SETTINGS);
  withExamples(list, [["headgate dead-letters list --watcher orders-arrive", "what could it not read?"]]);
  act<ListOptions>(list, async ({ api, options, output }) => {
    const { all, limit = 100, watcher } = options;
    const asked = await api();
    const query = { limit: pageFor(limit), waiting: all === true ? "false" : "true" } as const;
    const items =
      watcher === undefined ? asked.items("/v1/dead-letters", { query }) : asked.items("/v1/watchers/{watcher}/dead-letters", { params: { watcher }, query });
    const found = await firstOf(items, limit);
    output.result(found, () => (found.length === 0 ? "no dead letters" : deadLettersText(readView<DeadLetter[]>(found), output)));
    return undefined;
  });

  const show = letters.command("show").argument("<watcher>", "its id").argument("<id>", "of the letter");
  show.description("Shows a dead letter with what was read.");
  withSettings(withOutput(show), API_SETTINGS);
  withExamples(show, [["headgate dead-letters show orders-arrive 2026-11-23/a.csv@17", "what was it?"]]);
  act<object, [string, string]>(show, async ({ api, output }, watcher, id) => {
    const letter = await (await api()).get("/v1/watchers/{watcher}/dead-letters/{id}", { params: { watcher, id } });
    output.result(letter, () => deadLetterText(readView<DeadLetter>(letter), output));
    return undefined;
  });

  const redrive = letters.command("redrive").argument("<watcher>", "its id").argument("[id]", "of the letter");
  redrive
    .description("Makes events of dead letters by the `map` that the DAG files have now, and publishes them, once for each letter.")
    .option("--all", "all letters of the watcher that wait")
    .option("--item <json>", "a corrected item, in place of what was read");
  withSettings(withOutput(redrive), ["project", ...API_SETTINGS]);
  withExamples(redrive, [
    ["headgate dead-letters redrive orders-arrive --all", "after `map` was corrected"],
    [`headgate dead-letters redrive orders-arrive m-17 --item '{"id":"m-17","body":{"rows":3}}'`, "as it should have been"],
  ]);
  act<ChangeOptions, [string, string | undefined]>(redrive, async ({ api, config, options, output }, id, letterId) => {
    const which = chosen(id, letterId, options);
    const body = { ...which, ...(options.item === undefined ? {} : { item: parseItem(options.item) }) };
    const own = await config();
    const done = await (await api(await definitionsOf(own, id))).post("/v1/watchers/{watcher}/dead-letters/redrive", { params: { watcher: id }, body });
    output.result(done, () =>
      [
        `${output.paint.green("redriven")} ${count(done.redriven.length, "dead letter")} of ${id}: ${count(done.events, "event")} published`,
        ...done.failed.map(({ id: failed, reason }) => `${output.paint.red(failed)}: ${reason}`),
      ].join("\n"),
    );
    return done.failed.length === 0 ? undefined : 1;
  });

  const drop = letters.command("drop").argument("<watcher>", "its id").argument("[id]", "of the letter");
  drop
    .description("Lets go of dead letters: they stay in the store, with who did it and why, and wait no longer.")
    .option("--all", "all letters of the watcher that wait")
    .option("--reason <text>", "why; needed");
  withSettings(withOutput(drop), API_SETTINGS);
  withExamples(drop, [[`headgate dead-letters drop orders-arrive --all --reason "test files"`, "nobody needs them"]]);
  act<ChangeOptions, [string, string | undefined]>(drop, async ({ api, options, output }, watcher, id) => {
    const { reason } = options;
    if (reason === undefined) {
      throw new HeadgateError("E_USAGE", "what is dropped never becomes an event, so it must be said why", { where: "--reason", hint: `add --reason "..."` });
    }
    const body = { ...chosen(watcher, id, options), reason };
    const done = await (await api()).post("/v1/watchers/{watcher}/dead-letters/drop", { params: { watcher }, body });
    output.result(done, () => `${output.paint.yellow("dropped")} ${count(done.dropped, "dead letter")} of ${watcher}`);
    return undefined;
  });
}

/** An API elsewhere has the files of its project; else those of this folder say how items become events. Throws `E_WATCHER_UNKNOWN`. */
async function definitionsOf(config: Config, watcher: string): Promise<DefinitionSet | undefined> {
  if (config.settings.apiUrl !== undefined) return undefined;
  const { definitions } = await loadProject(config);
  const known = createDefinitionSet(definitions);
  if (known.watcher(watcher) === undefined) throw unknownWatcher(definitions, watcher);
  return known;
}

/** The letter that is named, or all that wait. Throws `E_USAGE`. */
function chosen(watcher: string, id: string | undefined, { all, item }: ChangeOptions): { readonly ids?: string[]; readonly all?: true } {
  if ((id === undefined) !== (all === true) || (all === true && item !== undefined)) {
    throw new HeadgateError("E_USAGE", all === true ? "--all takes every letter, so it goes with neither an id nor --item" : "no dead letter is named", {
      where: "dead-letters",
      hint: `give the id of one of \`headgate dead-letters list --watcher ${watcher}\`, or --all`,
    });
  }
  return id === undefined ? { all: true } : { ids: [id] };
}
