import type { ScenarioResult, SimulatedRun } from "../../api/schema.gen.ts";

/** A thing on the line of time; `from` and `to` are shares of the width. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly status: string;
  readonly text: string;
}

export interface Lane {
  readonly name: string;
  readonly kind: "asset" | "dag";
  readonly marks: readonly Mark[];
}

export interface Timeline {
  readonly start: number;
  readonly end: number;
  readonly lanes: readonly Lane[];
}

/** Lays a simulation out on one line of time: a lane for each asset with its events, and one for each DAG with its runs. */
export function timelineOf({ runs, ledger }: Pick<ScenarioResult, "runs" | "ledger">, scenario: unknown): Timeline {
  const events = eventsIn(scenario);
  const instants = [...instantsIn(scenario), ...runs.flatMap(({ at, endedAt }) => [at, endedAt ?? at]), ...ledger.map(({ at }) => at)]
    .map((at) => Date.parse(at))
    .filter(Number.isFinite);
  const start = Math.min(...instants);
  const end = Math.max(...instants, start + 1);
  const share = (at: string): number => (Date.parse(at) - start) / (end - start);
  const assets = [...new Set(events.map(({ asset }) => asset))];
  const dags = [...new Set([...dagsIn(scenario), ...runs.map(({ dag }) => dag)])];
  return {
    start,
    end,
    lanes: [
      ...assets.map(
        (asset): Lane => ({
          name: asset,
          kind: "asset",
          marks: events.filter((event) => event.asset === asset).map(({ at, text }) => ({ from: share(at), to: share(at), status: "event", text })),
        }),
      ),
      ...dags.map(
        (dag): Lane => ({
          name: dag,
          kind: "dag",
          marks: runs
            .filter((run) => run.dag === dag)
            .map((run) => ({ from: share(run.at), to: run.endedAt === null ? 1 : share(run.endedAt), status: run.status, text: textOf(run) })),
        }),
      ),
    ],
  };
}

function textOf({ id, status, at, key, events }: SimulatedRun): string {
  const took = events.length === 0 ? "no events" : events.map((event) => event.id).join(", ");
  return `${id}${key === "" ? "" : ` for ${key}`}: ${status}\n${at}\ntook ${took}`;
}

interface Told {
  readonly at: string;
  readonly asset: string;
  readonly text: string;
}

/** What the scenario says that happens; the API has read it, so it has its form. */
function eventsIn(scenario: unknown): readonly Told[] {
  return entriesOf(scenario).flatMap((entry) => {
    const { at, event } = entry as { readonly at: string; readonly event?: unknown };
    return [event ?? []].flat().flatMap((one): Told[] => {
      const { asset, id, partition } = (one ?? {}) as { readonly asset?: string; readonly id?: string; readonly partition?: string };
      return asset === undefined ? [] : [{ at, asset, text: [id ?? "an event", partition, at].filter(Boolean).join("\n") }];
    });
  });
}

function instantsIn(scenario: unknown): readonly string[] {
  const { start } = (scenario ?? {}) as { readonly start?: string };
  return [...(start === undefined ? [] : [start]), ...entriesOf(scenario).map((entry) => (entry as { readonly at: string }).at)];
}

function dagsIn(scenario: unknown): readonly string[] {
  const { dags = [] } = (scenario ?? {}) as { readonly dags?: readonly { readonly id: string }[] };
  return dags.map(({ id }) => id);
}

function entriesOf(scenario: unknown): readonly unknown[] {
  return ((scenario ?? {}) as { readonly timeline?: readonly unknown[] }).timeline ?? [];
}
