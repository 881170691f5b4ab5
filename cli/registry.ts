import type { Command } from "commander";
import type { RegistryStatus } from "../client/registry.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { jsonView } from "./frame/json-view.ts";
import type { Output } from "./frame/output.ts";
import { count } from "./text/count-text.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";

/** `headgate registry status`. */
export function addRegistry(program: Command): void {
  const registry = program
    .command("registry")
    .helpCommand(false)
    .summary("the workflow that decides what runs")
    .description("The workflow that owns conditions and pending events, and decides what starts.")
    .helpGroup("Look");
  const status = registry.command("status").description("Shows how the registry is: what it holds, what it waits for, what is on its way.");
  withSettings(withOutput(status), SERVER_SETTINGS);
  withExamples(status, [["headgate registry status", "is anything stuck?"]]);
  act(status, async ({ output, servers }) => {
    const state = await (await (await servers()).registry()).state();
    output.result(jsonView(state), () => registryText(state, output));
    return undefined;
  });
}

export function registryText(state: RegistryStatus, { now, paint, width }: Pick<Output, "now" | "paint" | "width">): string {
  const of = (pick: (consumer: RegistryStatus["consumers"][number]) => number): number => state.consumers.reduce((sum, consumer) => sum + pick(consumer), 0);
  const faulted = state.consumers.filter((consumer) => consumer.faulted !== null);
  const paused = of(({ paused: since }) => (since === null ? 0 : 1));
  const ifAny = (amount: number, what: string): string | undefined => (amount === 0 ? undefined : count(amount, what));
  const head = renderDetails(
    [
      ["epoch", state.epoch],
      [
        "held",
        state.held === null
          ? undefined
          : paint.yellow(`nothing starts, held ${relativeText(state.held.since, now)}${state.held.by === null ? "" : ` by ${state.held.by}`}`),
      ],
      [
        "DAGs",
        `${state.consumers.length}${paused === 0 ? "" : `, ${paint.yellow(`${paused} paused`)}`}${faulted.length === 0 ? "" : `, ${paint.red(`${faulted.length} faulted`)}`}`,
      ],
      [
        "running",
        count(
          of(({ running }) => running),
          "run",
        ),
      ],
      ["events", `${state.events.accepted.toLocaleString("en-US")} accepted, ${of(({ pending }) => pending).toLocaleString("en-US")} pending`],
      ["last step", relativeText(state.clock, now)],
      ["next wake-up", state.next === null ? "none: it waits for events" : relativeText(state.next, now)],
      ["not yet taken", ifAny(state.inbox, "input")],
      ["not yet stored", ifAny(state.waitingFacts, "fact")],
      ["not yet started", ifAny(state.dispatching, "run")],
      ["history", count(state.history, "event")],
    ],
    paint,
  );
  const table = { width: width - 2, paintTitle: paint.dim };
  const projects = renderTable<RegistryStatus["projects"][number]>(
    [
      { title: "PROJECT", value: ({ project }) => project },
      { title: "DAGS", value: ({ dags }) => dags, align: "right" },
      { title: "DEPLOYED", value: ({ revision }) => relativeText(revision, now) },
      { title: "REVISION", value: ({ revision }) => revision },
      { title: "CATALOGUE", value: ({ hash }) => hash.slice(0, 12) },
    ],
    state.projects,
    table,
  );
  const faults = renderTable<RegistryStatus["consumers"][number]>(
    [
      { title: "DAG", value: ({ dag }) => dag },
      { title: "WHY", value: (consumer) => consumer.faulted, cut: "end", paint: paint.red },
    ],
    faulted,
    table,
  );
  return renderSections(
    head,
    [
      ["Projects", state.projects.length === 0 ? "" : projects],
      ["Faulted", faulted.length === 0 ? "" : faults],
    ],
    paint,
  );
}
