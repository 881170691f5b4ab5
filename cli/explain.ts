import { type Command, Option } from "commander";
import { type EventStory, isUnheardOf, liveStory, type RecordedStory, recordedStory } from "../client/event-story.ts";
import { type LastSeen, lastSeenBy } from "../client/last-seen.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import type { ConsumerExplanation } from "../registry/explain.ts";
import { unknownDag } from "./dags.ts";
import { unlessStoreIsAway } from "./deployed-catalog.ts";
import { explainDagText } from "./explain-dag-text.ts";
import { explainEventText } from "./explain-event-text.ts";
import { act } from "./frame/command.ts";
import type { Servers } from "./frame/connect.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
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
  withSettings(withOutput(command), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(command, [
    ["headgate explain orders-mart", "why does it not run?"],
    ["headgate explain --event batch-17", "what became of it?"],
    ["headgate explain --run orders-mart/1f0c2a9e-42", "why did it run, and with what?"],
  ]);
  act<ExplainOptions, [string | undefined]>(command, async ({ options, output, servers }, dag) => {
    const { event, run, source } = options;
    if ([dag, event, run].filter((one) => one !== undefined).length !== 1) {
      throw new HeadgateError("E_USAGE", "explain wants one thing: a DAG, --event or --run", { hint: "headgate explain orders-mart" });
    }
    const all = await servers();
    if (dag !== undefined) await explainDag(all, dag, output);
    else if (event !== undefined) await explainEvent(all, defined({ id: event, source }) as { id: string; source?: string }, output);
    else await explainRun(all, run ?? "", output);
    return undefined;
  });
}

async function explainDag({ registry, store }: Servers, dag: string, output: Output): Promise<void> {
  const asked = await registry();
  const { data } = await asked.explain({ dag });
  if (data.kind !== "consumer")
    throw unknownDag(
      dag,
      (await asked.state()).consumers.map((one) => one.dag),
    );
  const on = (await asked.deployedPlan(dag))?.plan.on ?? null;
  const lastSeen = await unlessStoreIsAway(
    async () => await lastSeenBy(await store(), { dag, on }),
    () => [],
  );
  const answer: ConsumerExplanation & { readonly lastSeen: readonly LastSeen[] } = { ...data, lastSeen };
  // The view leaves what stands under `event` as it is, since elsewhere it is somebody else's.
  const seen = lastSeen.map(({ event, ...rest }) => ({ ...rest, event: event === null ? null : jsonView(event) }));
  output.result({ ...jsonView(data), lastSeen: seen }, () => explainDagText(answer, output));
}

/** Everything that is known of an event: what each DAG did with it. */
export async function explainEvent({ registry, store }: Servers, name: { readonly id: string; readonly source?: string }, output: Output): Promise<void> {
  const recorded = await unlessStoreIsAway(
    async () => await recordedStory(await store(), name),
    (why): RecordedStory => {
      output.note(`what the store knows is missing: ${why.message}`);
      return { events: [], fates: [], repeats: [], rejected: [], quarantined: [] };
    },
  );
  // The registry knows of this moment, the store of all time.
  const story: EventStory = { ...recorded, live: await liveStory(await registry(), name) };
  if (isUnheardOf(story)) {
    throw new HeadgateError("E_EVENT_UNKNOWN", `no event with the id ${name.id}${name.source === undefined ? "" : ` of ${name.source}`} is known`, {
      hint: "an event that was accepted this moment may not be in the store yet; `headgate assets show <asset>` lists the events of an asset",
    });
  }
  output.result(jsonView(story), () => explainEventText(story, output));
}

async function explainRun({ registry, store }: Servers, run: string, output: Output): Promise<void> {
  const stored = await unlessStoreIsAway(
    async () => (await store()).showRun(run),
    () => undefined,
  );
  if (stored !== undefined) {
    output.result(jsonView(stored), () => runText(stored, output));
    return;
  }
  const { data, text } = await (await registry()).explain({ run });
  if (data.kind === "run") output.result(data, () => text);
  else throw new HeadgateError("E_RUN_UNKNOWN", `no run ${run} is known`, { hint: "`headgate runs list` shows the runs" });
}
