import { type Command, Option } from "commander";
import { takenLeaves } from "../core/conditions/condition-leaves.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import { jsonView } from "../core/json-view.ts";
import type { ConsumerExplanation } from "../registry/explain.ts";
import type { Store } from "../store/index.ts";
import { unknownDag } from "./dags.ts";
import { unlessStoreIsAway } from "./deployed-catalog.ts";
import { explainDagText, type LastSeen } from "./explain-dag-text.ts";
import { type EventStory, explainEventText } from "./explain-event-text.ts";
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
  const assets = on === null ? [] : [...new Set(takenLeaves(on).flatMap((leaf) => ("asset" in leaf ? [leaf.asset] : [])))];
  const lastSeen = await unlessStoreIsAway(
    async () => await lastSeenOf(await store(), dag, assets),
    () => [],
  );
  const answer: ConsumerExplanation & { readonly lastSeen: readonly LastSeen[] } = { ...data, lastSeen };
  output.result(jsonView(answer), () => explainDagText(answer, output));
}

/** The newest event of each asset, and what the DAG did with it. */
async function lastSeenOf(store: Store, dag: string, assets: readonly string[]): Promise<readonly LastSeen[]> {
  const found = await Promise.all(
    assets.map(async (asset): Promise<LastSeen> => {
      const [newest] = await store.listVersions(asset, { limit: 1 });
      if (newest === undefined) return { asset, event: null, fate: null };
      const fates = await store.ledgerOf({ id: newest.id, source: newest.source });
      const own = fates.find((entry) => entry.dag === dag && entry.seq === newest.seq);
      const { at, id, partition, run, source } = newest;
      return { asset, event: { at, id, partition, run, source }, fate: own === undefined ? null : { fate: own.fate, why: own.why, run: own.run } };
    }),
  );
  return found;
}

/** Everything that is known of an event: what each DAG did with it. */
export async function explainEvent({ registry, store }: Servers, name: { readonly id: string; readonly source?: string }, output: Output): Promise<void> {
  const stored = await unlessStoreIsAway(
    async () => {
      const opened = await store();
      const [events, fates, repeats, rejected] = await Promise.all([
        opened.findEvents(name),
        opened.ledgerOf(name),
        opened.duplicatesOf(name),
        opened.listRejected({ limit: 1_000 }),
      ]);
      return {
        events,
        fates,
        repeats,
        rejected: rejected.filter(({ event }) => typeof event === "object" && event !== null && "id" in event && event.id === name.id),
      };
    },
    (why) => {
      output.note(`what the store knows is missing: ${why.message}`);
      return { events: [], fates: [], repeats: [], rejected: [] };
    },
  );
  // The registry knows of this moment, the store of all time.
  const { data } = await (await registry()).explain({ event: name });
  const story: EventStory = { ...stored, live: data.kind === "event" ? data : null };
  if (story.events.length + story.repeats.length + story.rejected.length === 0 && story.live === null) {
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
