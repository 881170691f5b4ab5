import { QUERIES, type Refusal } from "../core/registry-protocol.ts";
import { type ShardedAnswer, shardName } from "../core/shard-protocol.ts";
import type { DeployPreview, Explanation, RegisterReply, WorkSummary } from "../registry/index.ts";
import type { RegistryStatus } from "./registry.ts";

/** The answer of a registry in shards to a question that its router cannot answer alone. `ask` asks one of its workflows. */
export async function answerOfAll(name: string, given: ShardedAnswer, registry: string, ask: (workflow: string) => Promise<unknown>): Promise<unknown> {
  if (given.ask !== null) return await ask(given.ask);
  const others = Array.from({ length: given.shards - 1 }, (_, index) => shardName(registry, index + 1));
  const answers = [given.own, ...(await Promise.all(others.map(ask)))];
  switch (name) {
    case QUERIES.state:
      return statusOfAll(answers as readonly RegistryStatus[], [registry, ...others]);
    case QUERIES.explain:
      return explanationOfAll(answers as readonly Explanation[]);
    case QUERIES.previewDeploy:
      return previewOfAll(answers as readonly (DeployPreview | Extract<RegisterReply, { ok: false }>)[]);
    case QUERIES.backfills:
      return (answers as readonly (readonly WorkSummary[])[])
        .flat()
        .sort((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.openedAt - a.openedAt);
    default:
      // Only one of them knows.
      return answers.find((answer) => answer !== null && (answer as Partial<Refusal>).ok !== false) ?? given.own;
  }
}

function statusOfAll(all: readonly RegistryStatus[], workflows: readonly string[]): RegistryStatus {
  const [router] = all as readonly [RegistryStatus];
  const sum = (pick: (one: RegistryStatus) => number): number => all.reduce((total, one) => total + pick(one), 0);
  const wakeups = all.flatMap(({ next }) => (next === null ? [] : [next]));
  return {
    ...router,
    clock: Math.max(...all.map(({ clock }) => clock)),
    next: wakeups.length === 0 ? null : Math.min(...wakeups),
    events: { accepted: router.events.accepted, pending: sum(({ events }) => events.pending), stored: sum(({ events }) => events.stored) },
    consumers: all.flatMap(({ consumers }) => consumers),
    waitingFacts: sum(({ waitingFacts }) => waitingFacts),
    dispatching: sum(({ dispatching }) => dispatching),
    inbox: sum(({ inbox }) => inbox),
    history: Math.max(...all.map(({ history }) => history)),
    stateBytes: Math.max(...all.map(({ stateBytes }) => stateBytes)),
    waitsForCatalogs: [...new Set(all.flatMap(({ waitsForCatalogs }) => waitsForCatalogs))],
    shards: all.map(({ consumers, history, stateBytes, inbox }, index) => ({
      workflow: workflows[index] ?? "",
      dags: consumers.length,
      stateBytes,
      history,
      inbox,
    })),
  };
}

function explanationOfAll(all: readonly Explanation[]): Explanation {
  const known = all.filter(({ data }) => data.kind !== "unknown");
  const [first, ...others] = known;
  if (first === undefined) return all[0] as Explanation;
  if (first.data.kind !== "event") return first;
  const consumers = known.flatMap(({ data }) => (data.kind === "event" ? data.consumers : []));
  // The first line names the event, the others say what became of it.
  const text = [first.text, ...others.flatMap((one) => one.text.split("\n").slice(1))].join("\n");
  return { text, data: { ...first.data, consumers } };
}

function previewOfAll(all: readonly (DeployPreview | Extract<RegisterReply, { ok: false }>)[]): DeployPreview | Extract<RegisterReply, { ok: false }> {
  const previews = all.filter((one) => one.ok);
  const refused = all.find((one) => !one.ok);
  if (refused !== undefined) return refused;
  return { ok: true, dropped: previews.flatMap(({ dropped }) => dropped), starts: previews.flatMap(({ starts }) => starts) };
}
