import { type Command, Option } from "commander";
import { isStoreAway, unlessStoreAway } from "../api/frame/unless-store-away.ts";
import type { EventName } from "../client/event-story.ts";
import type { ApiClient } from "../client/http/api-client.ts";
import type { EventStory } from "../client/http/schema.gen.ts";
import type { LastSeen } from "../client/last-seen.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { readView } from "../core/json-view.ts";
import type { ConsumerExplanation } from "../registry/explain.ts";
import type { Explanation } from "../registry/index.ts";
import type { RunDetails } from "../store/queries/runs.ts";
import { explainDagText } from "./explain-dag-text.ts";
import { explainEventText } from "./explain-event-text.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import type { Output } from "./frame/output.ts";
import { runText } from "./run-text.ts";

interface ExplainOptions {
  readonly event?: string;
  readonly source?: string;
  readonly run?: string;
}

/** `headgate explain <dag> | --event <id> | --run <id>`: why something ran, or did not. */
export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .argument("[dag]", "id of a DAG: what it waits for, and what holds it back")
    .summary("why a DAG runs or does not, what became of an event")
    .description("Explains why a DAG does not run, what became of an event, or what a run took.")
    .helpGroup("Look");
  command
    .option("--event <id>", "what each DAG did with an event")
    .addOption(new Option("--source <name>", "the event's source, where several events have its id"))
    .option("--run <id>", "why a run began, and what it took");
  withSettings(withOutput(command), API_SETTINGS);
  withExamples(command, [
    ["headgate explain orders-mart", "why does it not run?"],
    ["headgate explain --event batch-17", "what became of it?"],
    ["headgate explain --run orders-mart/1f0c2a9e-42", "why did it run, and with what?"],
  ]);
  act<ExplainOptions, [string | undefined]>(command, async ({ api, options, output }, dag) => {
    const { event, run, source } = options;
    if ([dag, event, run].filter((one) => one !== undefined).length !== 1) {
      throw new HeadgateError("E_USAGE", "explain wants one thing: a DAG, --event or --run", { hint: "headgate explain orders-mart" });
    }
    const asked = await api();
    if (dag !== undefined) await explainDag(asked, dag, output);
    else if (event !== undefined) await explainEvent(asked, { id: event, ...defined({ source }) }, output);
    else await explainRun(asked, run ?? "", output);
    return undefined;
  });
}

async function explainDag(api: ApiClient, dag: string, output: Output): Promise<void> {
  const { text: _, ...answer } = await api.get("/v1/dags/{dag}/explain", { params: { dag } });
  const lastSeen: readonly LastSeen[] = answer.lastSeen.map((seen) => ({
    ...seen,
    event: seen.event === null ? null : readView<NonNullable<LastSeen["event"]>>(seen.event),
  }));
  // The other instants of an explanation are text in the registry, too.
  output.result(answer, () => explainDagText({ ...(answer as unknown as ConsumerExplanation), lastSeen }, output));
}

/** Everything that is known of an event: what each DAG did with it. */
export async function explainEvent(api: ApiClient, name: EventName, output: Output): Promise<void> {
  // The registry knows of this moment, the store of all time.
  const story = await unlessStoreAway(
    async () => await api.get("/v1/fates", { query: name }),
    (why) => {
      output.note(`what the store knows is missing: ${why.message}`);
      return liveAlone(api, name);
    },
  );
  output.result(story, () => explainEventText(readView(story as never), output));
}

/** The same as far as the registry alone can tell. */
async function liveAlone(api: ApiClient, { id, source }: EventName): Promise<EventStory> {
  const { data } = await api.get("/v1/registry/explain", { query: { event: id, ...defined({ source }) } });
  const known = data as unknown as Explanation["data"];
  if (known.kind === "event") return { events: [], fates: [], repeats: [], rejected: [], quarantined: [], live: known as unknown as EventStory["live"] };
  throw new HeadgateError("E_EVENT_UNKNOWN", `no event with the id ${id}${source === undefined ? "" : ` of ${source}`} is known`, {
    hint: "the registry holds what is pending and what runs; the rest is in the store",
  });
}

async function explainRun(api: ApiClient, run: string, output: Output): Promise<void> {
  try {
    const found = await api.get("/v1/runs/{run}", { params: { run } });
    output.result(found, () => runText(readView<RunDetails>(found), output));
  } catch (error) {
    if (!isStoreAway(error) && !(HeadgateError.is(error) && error.code === "E_RUN_UNKNOWN")) throw error;
    // One that began this moment is not in the store yet.
    const { data, text } = await api.get("/v1/registry/explain", { query: { run } });
    if (data.kind !== "run") throw new HeadgateError("E_RUN_UNKNOWN", `no run ${run} is known`, { hint: "`headgate runs list` shows the runs" });
    output.result(data, () => text);
  }
}
