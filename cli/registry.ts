import type { Command } from "commander";
import type { RegistryStatus } from "../client/registry.ts";
import { jsonView } from "../core/json-view.ts";
import type { Store } from "../store/index.ts";
import type { OperationEntry } from "../store/queries/operations.ts";
import { unlessStoreIsAway } from "./deployed-catalog.ts";
import { act } from "./frame/command.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { askedBy, type OperatorOptions, withOperator } from "./frame/operator.ts";
import type { Output } from "./frame/output.ts";
import { operationsText } from "./operations-text.ts";
import { addOffline } from "./registry-offline.ts";
import { count } from "./text/count-text.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";
import { addWarnings } from "./troubles.ts";

const DAY_MS = 86_400_000;

/** How much went wrong lately; at most a thousand of each are counted. */
interface Troubles {
  readonly rejected: number;
  readonly warnings: number;
}

/** `headgate registry status|warnings|pause|resume|restore|export|import`. */
export function addRegistry(program: Command): void {
  const registry = program
    .command("registry")
    .helpCommand(false)
    .summary("the workflow that decides what runs")
    .description("The workflow that owns conditions and pending events, and decides what starts.")
    .helpGroup("Look");
  const status = registry.command("status").description("Shows how the registry is: what it holds, what it waits for, what is on its way.");
  withSettings(withOutput(status), [...SERVER_SETTINGS, ...STORE_SETTINGS]);
  withExamples(status, [["headgate registry status", "is anything stuck?"]]);
  act(status, async ({ output, servers }) => {
    const all = await servers();
    const [state, operations, troubles] = await Promise.all([
      all.registry().then((asked) => asked.state()),
      unlessStoreIsAway(
        async () => (await all.store()).listOperations({ limit: 10 }),
        () => [],
      ),
      unlessStoreIsAway(
        async () => troublesSince(await all.store(), output.now - DAY_MS),
        () => null,
      ),
    ]);
    output.result(jsonView({ ...state, operations, troubles }), () => registryText(state, operations, troubles, output));
    return undefined;
  });

  addWarnings(registry);
  addOffline(registry);

  for (const [name, description, example] of [
    ["pause", "Holds the whole registry: events gather, nothing starts. Running runs go on.", "before maintenance of what all DAGs need"],
    ["resume", "Lets the registry go on, with what has gathered.", "let everything that is due start"],
  ] as const) {
    const change = withOperator(registry.command(name).description(description));
    withSettings(withOutput(change), SERVER_SETTINGS);
    withExamples(change, [[`headgate registry ${name}`, example]]);
    act<OperatorOptions>(change, async ({ options, output, servers }) => {
      const asked = await (await servers()).registry();
      const { did } = await (name === "pause" ? asked.hold(askedBy(options)) : asked.release(askedBy(options)));
      const { consumers, held } = await asked.state();
      output.result(jsonView({ held, did }), () =>
        held === null
          ? `the registry ${output.paint.green("goes on")}${did ? "" : ", as it did"}`
          : `the registry is ${output.paint.yellow("held")} ${relativeText(held.since, output.now)}${held.by === null ? "" : ` by ${held.by}`}: ${count(
              consumers.reduce((sum, { pending }) => sum + pending, 0),
              "event",
            )} pending`,
      );
      return undefined;
    });
  }
}

async function troublesSince(store: Pick<Store, "listRejected" | "listWarnings">, since: number): Promise<Troubles> {
  const [rejected, warnings] = await Promise.all([store.listRejected({ since, limit: 1_000 }), store.listWarnings({ since, limit: 1_000 })]);
  return { rejected: rejected.length, warnings: warnings.length };
}

export function registryText(
  state: RegistryStatus,
  operations: readonly OperationEntry[],
  troubles: Troubles | null,
  { now, paint, width }: Pick<Output, "now" | "paint" | "width">,
): string {
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
        "waits for",
        state.waitsForCatalogs.length === 0
          ? undefined
          : paint.yellow(`the catalogue ${state.waitsForCatalogs.map((hash) => hash.slice(0, 12)).join(", ")}; until it is there nothing is decided`),
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
      [
        "events",
        `${state.events.accepted.toLocaleString("en-US")} accepted, ${of(({ pending }) => pending).toLocaleString("en-US")} pending${inStore(state.events.stored)}`,
      ],
      ["rejected", troubles === null || troubles.rejected === 0 ? undefined : paint.red(`${troubles.rejected} in 24 h: \`headgate events rejected\``)],
      ["warnings", troubles === null || troubles.warnings === 0 ? undefined : paint.yellow(`${troubles.warnings} in 24 h: \`headgate registry warnings\``)],
      ["last step", relativeText(state.clock, now)],
      ["next wake-up", state.next === null ? "none: it waits for events" : relativeText(state.next, now)],
      ["not yet taken", ifAny(state.inbox, "input")],
      ["not yet stored", ifAny(state.waitingFacts, "fact")],
      ["not yet started", ifAny(state.dispatching, "run")],
      ["history", count(state.history, "event")],
      ["state", `${(state.stateBytes / 1_024).toFixed(1)} KiB`],
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
      ["What people did", operations.length === 0 ? "" : operationsText(operations, { now, paint, width })],
    ],
    paint,
  );
}

/** How much of the backlog the registry does not hold itself. */
function inStore(stored: number): string {
  return stored === 0 ? "" : `, ${stored.toLocaleString("en-US")} of them outside of the state`;
}
