import type { Command } from "commander";
import { jsonView } from "../core/json-view.ts";
import { unknownName } from "../core/unknown-name.ts";
import type { WatcherDetails } from "../store/queries/watchers.ts";
import { deployedCatalogs } from "./deployed-catalog.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
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
  withSettings(withOutput(list), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(list, [["headgate watchers list", "are they all running?"]]);
  act(list, async ({ output, servers }) => {
    const { store, watchers: asked } = await servers();
    const [stored, catalogs, client] = await Promise.all([store().then((one) => one.listWatchers()), store().then(deployedCatalogs), asked()]);
    const deployed = catalogs.flatMap((catalog) => catalog.watchers);
    const ids = [...new Set([...deployed.map(({ id }) => id), ...stored.map(({ watcher }) => watcher)])].sort();
    const views: WatcherView[] = await Promise.all(
      ids.map(async (watcher) => ({
        watcher,
        deployed: deployed.find(({ id }) => id === watcher) ?? null,
        live: await client.status(watcher),
        stored: stored.find((one) => one.watcher === watcher) ?? null,
      })),
    );
    output.result(jsonView(views), () => (views.length === 0 ? "no watchers" : watchersText(views, output)));
    return undefined;
  });

  const show = watchers.command("show").argument("<watcher>", "its id").description("Shows a watcher: its position, its outbox, its resets.");
  withSettings(withOutput(show), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(show, [["headgate watchers show orders-arrive", "where it stands"]]);
  act<object, [string]>(show, async ({ output, servers }, watcher) => {
    const { store, watchers: asked } = await servers();
    const [stored, catalogs, live] = await Promise.all([
      store().then((one) => one.showWatcher(watcher)),
      store().then(deployedCatalogs),
      asked().then((client) => client.status(watcher)),
    ]);
    const deployed = catalogs.flatMap((catalog) => catalog.watchers);
    const view: WatcherView<WatcherDetails> = { watcher, deployed: deployed.find(({ id }) => id === watcher) ?? null, live, stored: stored ?? null };
    if (view.deployed === null && live === null && view.stored === null) {
      throw unknownName(
        "E_WATCHER_UNKNOWN",
        `no watcher is called ${watcher}`,
        watcher,
        deployed.map(({ id }) => id),
        "`headgate watchers list` shows the watchers",
      );
    }
    output.result(jsonView(view), () => watcherText(view, output));
    return undefined;
  });
}
