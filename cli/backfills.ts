import type { Command } from "commander";
import { unlessStoreAway } from "../api/frame/unless-store-away.ts";
import { defined } from "../core/defined.ts";
import { readView } from "../core/json-view.ts";
import type { WorkDetails, WorkSummary } from "../registry/index.ts";
import { act } from "./frame/command.ts";
import { firstOf } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type WorkStory, workListText, workText } from "./work-text.ts";

/** Most runs of one that are shown. */
const MOST_RUNS = 10_000;

/** `headgate backfills list|show|cancel`: backfills and repairs. */
export function addBackfills(program: Command): void {
  const backfills = program
    .command("backfills")
    .helpCommand(false)
    .summary("how far backfills and repairs are")
    .description("How far backfills and repairs are.")
    .helpGroup("Look");

  const list = backfills.command("list").description("Lists what is under way, and the last ones that are over.");
  withSettings(withOutput(list), API_SETTINGS);
  withExamples(list, [["headgate backfills list", "how far are they?"]]);
  act(list, async ({ api, output }) => {
    const found = await firstOf((await api()).items("/v1/backfills", { query: { limit: 200 } }), Number.POSITIVE_INFINITY);
    output.result(found, () => (found.length === 0 ? "no backfill or repair is under way" : workListText(readView<WorkSummary[]>(found), output)));
    return undefined;
  });

  const show = backfills.command("show").argument("<id>", "of a backfill or repair").description("Shows how far it is, run by run, and what went wrong.");
  withSettings(withOutput(show), API_SETTINGS);
  withExamples(show, [["headgate backfills show backfill-8dba7ad6-3", "what became of each slice?"]]);
  act<object, [string]>(show, async ({ api, output }, id) => {
    const asked = await api();
    const details = await asked.get("/v1/backfills/{id}", { params: { id } });
    const started = await unlessStoreAway(
      () => firstOf(asked.items("/v1/runs", { query: { work: id, since: details.openedAt, limit: 200 } }), MOST_RUNS),
      () => [],
    );
    const story = { ...details, started };
    output.result(story, () => workText(readView<WorkStory>(story), output));
    return undefined;
  });

  const cancel = backfills.command("cancel").argument("<id>", "of a backfill or repair").description("Starts nothing more of it. What runs goes on.");
  cancel.option("--reason <text>", "why, for the ones who ask later");
  withSettings(withOutput(cancel), API_SETTINGS);
  withExamples(cancel, [["headgate backfills cancel backfill-8dba7ad6-3", "no more of it"]]);
  act<{ readonly reason?: string }, [string]>(cancel, async ({ api, options, output }, id) => {
    const details = await (await api()).post("/v1/backfills/{id}/cancel", { params: { id }, body: defined({ reason: options.reason }) });
    output.result(details, () => workText({ ...readView<WorkDetails>(details as never), started: [] }, output));
    return undefined;
  });
}
