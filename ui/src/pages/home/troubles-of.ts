import type { Asset, Dag } from "../../api/schema.gen.ts";

/** A DAG, as far as this page reads it. */
export type DagState = Pick<Dag, "dag" | "paused" | "faulted" | "lastRun" | "heldEvents">;

/** A watcher, as far as this page reads it. */
export interface WatcherState {
  readonly watcher: string;
  readonly live: { readonly status: string; readonly error?: string } | null;
  readonly stored: { readonly status: string | null; readonly error: string | null; readonly deadLetters: number } | null;
}

/** An asset that is older than it may be, as far as this page reads it. */
export type StaleAsset = Pick<Asset, "asset" | "freshness">;

/** Something that asks for somebody: what it is, how it is, and why. */
export interface Trouble {
  readonly kind: "dag" | "watcher" | "asset";
  readonly id: string;
  readonly status: string;
  readonly why: string;
  /** The run to look at. */
  readonly run?: string;
}

/** What asks for somebody, the gravest first. */
export function troublesOf(dags: readonly DagState[], watchers: readonly WatcherState[], stale: readonly StaleAsset[]): readonly Trouble[] {
  const stales = stale.map(({ asset }): Trouble => ({ kind: "asset", id: asset, status: "stale", why: "no event of it came in time" }));
  return [...watchers.flatMap(troubleOfWatcher), ...dags.flatMap(troubleOfDag), ...stales].sort(
    (a, b) => GRAVITY.indexOf(a.status) - GRAVITY.indexOf(b.status),
  );
}

const GRAVITY = ["stopped", "faulted", "failed", "backing-off", "stale", "dead letters", "paused"];

export function isInTrouble(watcher: WatcherState): boolean {
  return troubleOfWatcher(watcher).length > 0;
}

function troubleOfDag({ dag, faulted, paused, lastRun, heldEvents = 0 }: DagState): readonly Trouble[] {
  const held = heldEvents === 0 ? "" : `, ${heldEvents.toLocaleString("en-US")} events stay with failed runs`;
  if (faulted !== null) return [{ kind: "dag", id: dag, status: "faulted", why: faulted }];
  if (lastRun?.status === "failed") return [{ kind: "dag", id: dag, status: "failed", why: `its last run failed${held}`, run: lastRun.run }];
  if (paused === null) return [];
  return [{ kind: "dag", id: dag, status: "paused", why: `no run starts until it is resumed${paused.by === null ? "" : `; paused by ${paused.by}`}` }];
}

function troubleOfWatcher({ watcher, live, stored }: WatcherState): readonly Trouble[] {
  const status = live?.status ?? stored?.status ?? "";
  const error = live?.error ?? stored?.error ?? "it says nothing of why";
  if (status === "stopped" || status === "backing-off") return [{ kind: "watcher", id: watcher, status, why: error }];
  if (status === "paused") return [{ kind: "watcher", id: watcher, status, why: "nothing new is noticed until it is resumed" }];
  const letters = stored?.deadLetters ?? 0;
  return letters === 0 ? [] : [{ kind: "watcher", id: watcher, status: "dead letters", why: `${letters} items could not be read` }];
}
