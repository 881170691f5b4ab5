import type { Command } from "commander";
import { defined } from "../core/defined.ts";
import { readView } from "../core/json-view.ts";
import { formatInstant } from "../core/time/time.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { StoredEvent } from "../store/queries/events.ts";
import { eventsText } from "./events-text.ts";
import { explainEvent } from "./explain.ts";
import { act } from "./frame/command.ts";
import { firstOf, pageFor } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { limitOption } from "./frame/limit-option.ts";
import { type OperatorOptions, whyOf, withOperator } from "./frame/operator.ts";
import type { Output } from "./frame/output.ts";
import { addQuarantine } from "./quarantine.ts";
import { sinceOf } from "./since.ts";
import { count } from "./text/count-text.ts";
import { addRejected } from "./troubles.ts";

interface ListOptions {
  readonly asset?: string;
  readonly source?: string;
  readonly since?: string;
  readonly limit?: number;
}

interface RedeliverOptions extends OperatorOptions {
  readonly to: string;
  readonly source?: string;
}

interface ReplayOptions extends OperatorOptions {
  readonly asset: string;
  readonly since: string;
  readonly to: string;
}

/** `headgate events list|show|rejected|quarantined|release|drop|redeliver|replay`. */
export function addEvents(program: Command): void {
  const events = program
    .command("events")
    .helpCommand(false)
    .summary("what changed, and what became of it; give events again")
    .description("What changed, what became of it, and how to give it to a DAG again.")
    .helpGroup("Look");

  const list = events.command("list").description("Lists recorded events, newest first.");
  list
    .option("--asset <uri>", "of this asset")
    .option("--source <name>", "of this source")
    .option("--since <when>", "accepted since: 2h, 30d, or an instant with a zone")
    .addOption(limitOption("events"));
  withSettings(withOutput(list), API_SETTINGS);
  withExamples(list, [["headgate events list --asset s3://lake/raw/orders --since 2h", "what changed lately"]]);
  act<ListOptions>(list, async ({ api, options, output }) => {
    const { asset, limit = 50, since, source } = options;
    const query = defined({
      source,
      asset: asset === undefined ? undefined : normalizeUri(asset),
      since: since === undefined ? undefined : formatInstant(sinceOf(since, output.now)),
    });
    const found = await firstOf((await api()).items("/v1/events", { query: { ...query, limit: pageFor(limit) } }), limit);
    output.result(found, () => (found.length === 0 ? "no events" : eventsText(readView<readonly StoredEvent[]>(found), output)));
    return undefined;
  });

  const show = events.command("show").argument("<id>", "its id").option("--source <name>", "its source, where several events have its id");
  show.description("Shows an event, and what each DAG did with it.");
  withSettings(withOutput(show), API_SETTINGS);
  withExamples(show, [["headgate events show batch-17", "the same as headgate explain --event batch-17"]]);
  act<{ readonly source?: string }, [string]>(show, async ({ api, options, output }, id) => {
    await explainEvent(await api(), { id, ...defined({ source: options.source }) }, output);
    return undefined;
  });

  addRejected(events);
  addQuarantine(events);

  const redeliver = withOperator(events.command("redeliver").argument("<id>", "its id").requiredOption("--to <dag>", "the DAG that gets it"));
  redeliver
    .option("--source <name>", "its source, where several events have its id")
    .description("Gives a recorded event to one DAG again, as new to it. Other DAGs see nothing of it.");
  withSettings(withOutput(redeliver), API_SETTINGS);
  withExamples(redeliver, [[`headgate events redeliver batch-17 --to orders-clean --reason "fixed bug 7"`, "let it run again"]]);
  act<RedeliverOptions, [string]>(redeliver, async ({ api, options, output }, id) => {
    const { source, to } = options;
    const done = await (await api()).post("/v1/dags/{dag}/redeliver", { params: { dag: to }, body: { id, ...defined({ source }), ...whyOf(options) } });
    output.result({ event: id, ...done }, () => givenText(done.events, to, output));
    return undefined;
  });

  const replay = withOperator(events.command("replay").requiredOption("--asset <uri>", "the asset whose events are given again"));
  replay
    .requiredOption("--since <when>", "accepted since: 2h, 30d, or an instant with a zone")
    .requiredOption("--to <dag>", "the DAG that gets them")
    .description("Gives all recorded events of an asset since then to one DAG again, in the order of their acceptance.");
  withSettings(withOutput(replay), API_SETTINGS);
  withExamples(replay, [
    ["headgate events replay --asset s3://lake/raw/orders --since 30d --to orders-clean", "a month again"],
    ["headgate events replay --asset s3://lake/raw/orders --since 30d --to orders-clean --request-id fix-7", "again after it was cut off: each event once"],
  ]);
  act<ReplayOptions>(replay, async ({ api, options, output }) => {
    const since = formatInstant(sinceOf(options.since, output.now));
    const body = { asset: normalizeUri(options.asset), since, ...whyOf(options) };
    const done = await (await api()).post("/v1/dags/{dag}/replay", { params: { dag: options.to }, body });
    output.result(done, () =>
      done.recorded === 0
        ? "the store has no such events"
        : `${givenText(done.events, options.to, output)}\n${output.paint.dim(`of ${count(done.recorded, "recorded event")}; request ${done.request}`)}`,
    );
    return undefined;
  });
}

function givenText(events: number, dag: string, { paint }: Output): string {
  return events === 0
    ? paint.yellow(`nothing was given to ${dag}: it has it pending, it was given before, or it does not run on that asset`)
    : `${paint.green("gave")} ${count(events, "event")} to ${paint.bold(dag)} again\n${paint.dim(`what becomes of it: headgate explain ${dag}`)}`;
}
