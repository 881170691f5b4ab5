import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import type { DeadLetter } from "../store/dead-letters.ts";
import { redriveLetters } from "../watchers/redrive.ts";
import { deadLettersText, deadLetterText } from "./dead-letters-text.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { askedBy } from "./frame/operator.ts";
import { parseItem } from "./parse-item.ts";
import { loadProject } from "./project.ts";
import { recordedAction } from "./record-action.ts";
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

/** Most letters that one call of `--all` takes. */
const MOST = 10_000;

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
  withSettings(withOutput(list), STORE_SETTINGS);
  withExamples(list, [["headgate dead-letters list --watcher orders-arrive", "what could it not read?"]]);
  act<ListOptions>(list, async ({ options, output, servers }) => {
    const store = await (await servers()).store();
    const found = await store.listDeadLetters({ ...defined({ watcher: options.watcher, limit: options.limit }), waiting: options.all !== true });
    output.result(jsonView(found), () => (found.length === 0 ? "no dead letters" : deadLettersText(found, output)));
    return undefined;
  });

  const show = letters.command("show").argument("<watcher>", "its id").argument("<id>", "of the letter");
  show.description("Shows a dead letter with what was read.");
  withSettings(withOutput(show), STORE_SETTINGS);
  withExamples(show, [["headgate dead-letters show orders-arrive 2026-11-23/a.csv@17", "what was it?"]]);
  act<object, [string, string]>(show, async ({ output, servers }, watcher, id) => {
    const letter = await (await (await servers()).store()).showDeadLetter(watcher, id);
    if (letter === undefined) throw unknownLetter(watcher, id);
    output.result(jsonView(letter), () => deadLetterText(letter, output));
    return undefined;
  });

  const redrive = letters.command("redrive").argument("<watcher>", "its id").argument("[id]", "of the letter");
  redrive
    .description("Makes events of dead letters by the `map` that the DAG files have now, and publishes them, once for each letter.")
    .option("--all", "all letters of the watcher that wait")
    .option("--item <json>", "a corrected item, in place of what was read");
  withSettings(withOutput(redrive), ["project", ...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(redrive, [
    ["headgate dead-letters redrive orders-arrive --all", "after `map` was corrected"],
    [`headgate dead-letters redrive orders-arrive m-17 --item '{"id":"m-17","body":{"rows":3}}'`, "as it should have been"],
  ]);
  act<ChangeOptions, [string, string | undefined]>(redrive, async ({ config, options, output, servers }, id, letterId) => {
    const { definitions } = await loadProject(await config());
    const watcher = definitions.filter((one) => one.kind === "watcher").find((one) => one.id === id);
    if (watcher === undefined) throw unknownWatcher(definitions, id);
    const { publisher, store: opened } = await servers();
    const store = await opened();
    const chosen = await choose(store, id, letterId, options);
    const sender = await publisher();
    const done = await redriveLetters(chosen, {
      watcher,
      ...(options.item === undefined ? {} : { item: parseItem(options.item) }),
      redeliver: (letter, events) =>
        recordedAction({ store: opened }, output, { operation: "redrive", subject: `${id} ${letter}`, events: events.length }, () =>
          store.redeliver({ watcher: id, id: letter, events, by: askedBy({}).by ?? "unknown", send: (batch) => sender.watcherBatch(batch) }),
        ),
    });
    output.result({ watcher: id, ...done }, () =>
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
  withSettings(withOutput(drop), STORE_SETTINGS);
  withExamples(drop, [[`headgate dead-letters drop orders-arrive --all --reason "test files"`, "nobody needs them"]]);
  act<ChangeOptions, [string, string | undefined]>(drop, async ({ options, output, servers }, watcher, id) => {
    if (options.reason === undefined) {
      throw new HeadgateError("E_USAGE", "what is dropped never becomes an event, so it must be said why", { where: "--reason", hint: `add --reason "..."` });
    }
    const all = await servers();
    const store = await all.store();
    const chosen = await choose(store, watcher, id, options);
    const drop = { watcher, ids: chosen.map((letter) => letter.id), by: askedBy({}).by ?? "unknown", why: options.reason };
    const dropped = await recordedAction(all, output, { operation: "drop", subject: watcher, why: drop.why, events: chosen.length }, () =>
      store.dropDeadLetters(drop),
    );
    output.result({ watcher, dropped }, () => `${output.paint.yellow("dropped")} ${count(dropped, "dead letter")} of ${watcher}`);
    return undefined;
  });
}

interface Letters {
  showDeadLetter(watcher: string, id: string): Promise<DeadLetter | undefined>;
  listDeadLetters(filter: { readonly watcher: string; readonly waiting: boolean; readonly limit: number }): Promise<readonly DeadLetter[]>;
}

/** The letter that is named, or all that wait. Throws `E_USAGE`. */
async function choose(store: Letters, watcher: string, id: string | undefined, { all, item }: ChangeOptions): Promise<readonly DeadLetter[]> {
  if ((id === undefined) !== (all === true) || (all === true && item !== undefined)) {
    throw new HeadgateError("E_USAGE", all === true ? "--all takes every letter, so it goes with neither an id nor --item" : "no dead letter is named", {
      where: "dead-letters",
      hint: `give the id of one of \`headgate dead-letters list --watcher ${watcher}\`, or --all`,
    });
  }
  if (id === undefined) return await store.listDeadLetters({ watcher, waiting: true, limit: MOST });
  const letter = await store.showDeadLetter(watcher, id);
  if (letter === undefined) throw unknownLetter(watcher, id);
  return [letter];
}

function unknownLetter(watcher: string, id: string): HeadgateError {
  return new HeadgateError("E_USAGE", `there is no dead letter "${id}"`, {
    where: `watcher ${watcher}`,
    hint: `\`headgate dead-letters list --watcher ${watcher} --all\` shows their ids`,
  });
}
