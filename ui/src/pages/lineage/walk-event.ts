import { keyOf } from "./graph.ts";

/** One step on the way of an event: an event that came of it or that it came of, or a run that took one and made another. */
export interface Step {
  readonly kind: "event" | "run";
  /** The node of the graph that it lies on. */
  readonly node: string;
  /** ISO 8601. */
  readonly at: string;
  readonly name: string;
  /** Of an event. */
  readonly source?: string;
  /** Who noticed an event that came from outside: the node of the graph. */
  readonly watcher?: string;
  /** Of a run. */
  readonly status?: string;
}

interface WalkedEvent {
  readonly source: string;
  readonly id: string;
  readonly asset: string;
  readonly at: string;
  readonly run?: string | null;
  readonly watcher: string | null;
}

/** What the walk asks the API for. */
export interface WalkReads {
  story(
    source: string,
    id: string,
  ): Promise<{ readonly events: readonly WalkedEvent[]; readonly fates: readonly { readonly fate: string; readonly run: string | null }[] }>;
  run(run: string): Promise<{
    readonly run: string;
    readonly dag: string;
    readonly status: string;
    readonly startedAt: string;
    readonly consumed: readonly WalkedEvent[];
    readonly published: readonly WalkedEvent[];
  }>;
}

/** Most runs that are looked at, both ways together: a hub would lead everywhere. */
const MOST_RUNS = 60;

/**
 * The way of one event: back through the runs that made it to what came from outside, and on through the runs that took it to what they
 * published. In the order of time.
 */
export async function walkEvent(name: { readonly source: string; readonly id: string }, reads: WalkReads): Promise<readonly Step[]> {
  const steps = new Map<string, Step>();
  const asked = new Set<string>();
  const { events } = await reads.story(name.source, name.id);
  const [start] = events;
  if (start === undefined) return [];
  await Promise.all([back(start), onward(start)]);
  return [...steps.values()].sort((a, b) => a.at.localeCompare(b.at) || (a.kind === "event" ? -1 : 1));

  function note(event: WalkedEvent): void {
    const { asset, at, id, source, watcher } = event;
    const origin = watcher === null ? {} : { watcher: keyOf("watcher", watcher) };
    steps.set(`event ${source} ${id}`, { kind: "event", node: keyOf("asset", asset), at, name: id, source, ...origin });
  }

  async function take(run: string): Promise<Awaited<ReturnType<WalkReads["run"]>> | undefined> {
    if (asked.has(run) || asked.size >= MOST_RUNS) return undefined;
    asked.add(run);
    const found = await reads.run(run);
    steps.set(`run ${run}`, { kind: "run", node: keyOf("dag", found.dag), at: found.startedAt, name: run, status: found.status });
    return found;
  }

  async function back(event: WalkedEvent): Promise<void> {
    note(event);
    if (typeof event.run !== "string") return;
    const maker = await take(event.run);
    await Promise.all((maker?.consumed ?? []).map(back));
  }

  async function onward(event: WalkedEvent): Promise<void> {
    note(event);
    const { fates } = await reads.story(event.source, event.id);
    const takers = [...new Set(fates.flatMap(({ fate, run }) => (run !== null && (fate === "consumed" || fate === "referenced") ? [run] : [])))];
    await Promise.all(
      takers.map(async (run) => {
        const taker = await take(run);
        await Promise.all((taker?.published ?? []).map(onward));
      }),
    );
  }
}
