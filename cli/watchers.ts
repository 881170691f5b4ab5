import type { Command } from "commander";
import { readView } from "../core/json-view.ts";
import type { WatcherDetails } from "../store/queries/watchers.ts";
import { act } from "./frame/command.ts";
import { firstOf } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { addWatcherLife } from "./watchers-life.ts";
import { addWatcherTest } from "./watchers-test.ts";
import { type WatcherView, watchersText, watcherText } from "./watchers-text.ts";

/** `headgate watchers list|show|pause|resume|reset|test`. */
export function addWatchers(program: Command): void {
  const watchers = program
    .command("watchers")
    .helpCommand(false)
    .summary("what notices changes outside, and how it does")
    .description("What notices changes outside, and how it does.")
    .helpGroup("Look");

  addWatcherLife(watchers);
  addWatcherTest(watchers);

  const list = watchers.command("list").description("Lists the watchers with what they do now.");
  withSettings(withOutput(list), API_SETTINGS);
  withExamples(list, [["headgate watchers list", "are they all running?"]]);
  act(list, async ({ api, output }) => {
    const found = await firstOf((await api()).items("/v1/watchers", { query: { limit: 200 } }), Number.POSITIVE_INFINITY);
    output.result(found, () => (found.length === 0 ? "no watchers" : watchersText(readView<WatcherView[]>(found as never), output)));
    return undefined;
  });

  const show = watchers.command("show").argument("<watcher>", "its id").description("Shows a watcher: its position, its outbox, its resets.");
  withSettings(withOutput(show), API_SETTINGS);
  withExamples(show, [["headgate watchers show orders-arrive", "where it stands"]]);
  act<object, [string]>(show, async ({ api, output }, watcher) => {
    const found = await (await api()).get("/v1/watchers/{watcher}", { params: { watcher } });
    output.result(found, () => watcherText(readView<WatcherView<WatcherDetails>>(found as never), output));
    return undefined;
  });
}
