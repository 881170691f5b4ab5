import { userInfo } from "node:os";
import type { Command } from "commander";
import { jsonView } from "../core/json-view.ts";
import { unlessStoreIsAway } from "./deployed-catalog.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type WorkStory, workListText, workText } from "./work-text.ts";

/** `headgate backfills list|show|cancel`: backfills and repairs. */
export function addBackfills(program: Command): void {
  const backfills = program
    .command("backfills")
    .helpCommand(false)
    .summary("how far backfills and repairs are")
    .description("How far backfills and repairs are.")
    .helpGroup("Look");

  const list = backfills.command("list").description("Lists what is under way, and the last ones that are over.");
  withSettings(withOutput(list), SERVER_SETTINGS);
  withExamples(list, [["headgate backfills list", "how far are they?"]]);
  act(list, async ({ output, servers }) => {
    const found = await (await (await servers()).registry()).work.list();
    output.result(jsonView(found), () => (found.length === 0 ? "no backfill or repair is under way" : workListText(found, output)));
    return undefined;
  });

  const show = backfills.command("show").argument("<id>", "of a backfill or repair").description("Shows how far it is, run by run, and what went wrong.");
  withSettings(withOutput(show), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(show, [["headgate backfills show backfill-8dba7ad6-3", "what became of each slice?"]]);
  act<object, [string]>(show, async ({ output, servers }, id) => {
    const all = await servers();
    const details = await (await all.registry()).work.show(id);
    const runs = await unlessStoreIsAway(
      async () => (await all.store()).listRuns({ work: id, since: details.openedAt, limit: 10_000 }),
      () => [],
    );
    const story: WorkStory = { ...details, started: runs };
    output.result(jsonView(story), () => workText(story, output));
    return undefined;
  });

  const cancel = backfills.command("cancel").argument("<id>", "of a backfill or repair").description("Starts nothing more of it. What runs goes on.");
  cancel.option("--reason <text>", "why, for the ones who ask later");
  withSettings(withOutput(cancel), SERVER_SETTINGS);
  withExamples(cancel, [["headgate backfills cancel backfill-8dba7ad6-3", "no more of it"]]);
  act<{ readonly reason?: string }, [string]>(cancel, async ({ options, output, servers }, id) => {
    const { work } = await (await servers()).registry();
    const details = await work.cancel(id, { by: userInfo().username, ...(options.reason === undefined ? {} : { why: options.reason }) });
    output.result(jsonView(details), () => workText({ ...details, started: [] }, output));
    return undefined;
  });
}
