import type { Command } from "commander";
import { unlessStoreAway } from "../api/frame/unless-store-away.ts";
import type { ApiClient } from "../client/http/api-client.ts";
import type { RegistryStatus } from "../client/registry.ts";
import { readView } from "../core/json-view.ts";
import { formatInstant } from "../core/time/time.ts";
import type { OperationEntry } from "../store/queries/operations.ts";
import { act } from "./frame/command.ts";
import { firstOf } from "./frame/first-of.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { type OperatorOptions, whyOf, withOperator } from "./frame/operator.ts";
import type { Output } from "./frame/output.ts";
import { operationsText } from "./operations-text.ts";
import { addOffline } from "./registry-offline.ts";
import { count } from "./text/count-text.ts";
import { renderDetails, renderSections } from "./text/details.ts";
import { renderTable } from "./text/table.ts";
import { relativeText } from "./text/time-text.ts";
import { addWarnings } from "./troubles.ts";

const DAY_MS = 86_400_000;

/** The state of the registry as far as it is shown; instants are milliseconds since 1970. */
type RegistryView = Omit<RegistryStatus, "consumers" | "shards"> & {
  /** Workflows that share the DAGs. */
  readonly shards: number;
  readonly dags: {
    readonly deployed: number;
    readonly paused: number;
    readonly running: number;
    readonly pending: number;
    readonly faulted: readonly { readonly dag: string; readonly faulted: string }[];
  };
};

/** Most rejected events, and most warnings, that are counted. */
const MOST = 1_000;

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
  withSettings(withOutput(status), API_SETTINGS);
  withExamples(status, [["headgate registry status", "is anything stuck?"]]);
  act(status, async ({ api, output }) => {
    const asked = await api();
    const [state, operations, troubles] = await Promise.all([
      asked.get("/v1/registry"),
      unlessStoreAway(
        async () => (await asked.get("/v1/operations", { query: { limit: 10 } })).items,
        () => [],
      ),
      unlessStoreAway(
        () => troublesSince(asked, formatInstant(output.now - DAY_MS)),
        () => null,
      ),
    ]);
    output.result({ ...state, operations, troubles }, () =>
      registryText(readView<RegistryView>(state), readView<OperationEntry[]>(operations as never), troubles, output),
    );
    return undefined;
  });

  addWarnings(registry);
  addOffline(registry);

  for (const [name, description, example] of [
    ["pause", "Holds the whole registry: events gather, nothing starts. Running runs go on.", "before maintenance of what all DAGs need"],
    ["resume", "Lets the registry go on, with what has gathered.", "let everything that is due start"],
  ] as const) {
    const change = withOperator(registry.command(name).description(description));
    withSettings(withOutput(change), API_SETTINGS);
    withExamples(change, [[`headgate registry ${name}`, example]]);
    act<OperatorOptions>(change, async ({ api, options, output }) => {
      const asked = await api();
      const { did } = await asked.post(name === "pause" ? "/v1/registry/pause" : "/v1/registry/resume", { body: whyOf(options) });
      const { dags, held } = await asked.get("/v1/registry");
      output.result({ held, did }, () =>
        held === null
          ? `the registry ${output.paint.green("goes on")}${did ? "" : ", as it did"}`
          : `the registry is ${output.paint.yellow("held")} ${relativeText(Date.parse(held.since), output.now)}${held.by === null ? "" : ` by ${held.by}`}: ${count(dags.pending, "event")} pending`,
      );
      return undefined;
    });
  }
}

async function troublesSince(api: ApiClient, since: string): Promise<Troubles> {
  const query = { since, limit: 200 };
  const [rejected, warnings] = await Promise.all([firstOf(api.items("/v1/rejected", { query }), MOST), firstOf(api.items("/v1/warnings", { query }), MOST)]);
  return { rejected: rejected.length, warnings: warnings.length };
}

export function registryText(
  state: RegistryView,
  operations: readonly OperationEntry[],
  troubles: Troubles | null,
  { now, paint, width }: Pick<Output, "now" | "paint" | "width">,
): string {
  const { deployed, faulted, paused, pending, running } = state.dags;
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
        `${deployed}${paused === 0 ? "" : `, ${paint.yellow(`${paused} paused`)}`}${faulted.length === 0 ? "" : `, ${paint.red(`${faulted.length} faulted`)}`}`,
      ],
      ["running", count(running, "run")],
      ["events", `${state.events.accepted.toLocaleString("en-US")} accepted, ${pending.toLocaleString("en-US")} pending${inStore(state.events.stored)}`],
      ["rejected", troubles === null || troubles.rejected === 0 ? undefined : paint.red(`${troubles.rejected} in 24 h: \`headgate events rejected\``)],
      ["warnings", troubles === null || troubles.warnings === 0 ? undefined : paint.yellow(`${troubles.warnings} in 24 h: \`headgate registry warnings\``)],
      ["last step", relativeText(state.clock, now)],
      ["next wake-up", state.next === null ? "none: it waits for events" : relativeText(state.next, now)],
      ["not yet taken", ifAny(state.inbox, "input")],
      ["not yet stored", ifAny(state.waitingFacts, "fact")],
      ["not yet started", ifAny(state.dispatching, "run")],
      ["history", count(state.history, "event")],
      ["state", `${(state.stateBytes / 1_024).toFixed(1)} KiB`],
      ["shards", state.shards === 1 ? undefined : `${state.shards} workflows; history and state are those of the largest`],
    ],
    paint,
  );
  const table = { width: width - 2, paintTitle: paint.dim };
  const projects = renderTable<RegistryView["projects"][number]>(
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
  const faults = renderTable<RegistryView["dags"]["faulted"][number]>(
    [
      { title: "DAG", value: ({ dag }) => dag },
      { title: "WHY", value: ({ faulted: why }) => why, cut: "end", paint: paint.red },
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
