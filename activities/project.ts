import { setTimeout as sleep } from "node:timers/promises";
import { activityInfo, cancellationSignal } from "@temporalio/activity";
import type { Catalogs } from "../client/catalogs.ts";
import { HeadgateError } from "../core/errors.ts";
import type { Fact } from "../core/fact.ts";
import type { RegistryActivities } from "../workflows/ports.ts";
import { createTurns } from "./turns.ts";

/** Where facts are written. Writing the same facts again, or in another order, changes nothing. */
export interface FactStore {
  project(registry: string, facts: readonly Fact[]): Promise<void>;
}

/** After so many tries a catalogue that nobody has is left out: the facts behind it must not wait for ever. */
const TRIES_FOR_CATALOG = 10;

export interface ProjectDeps {
  readonly store: FactStore;
  readonly catalogs: Pick<Catalogs, "find">;
  /** Hears of facts before they are written, again with each try. Must not throw. */
  readonly heard?: (registry: string, facts: readonly Fact[]) => void;
}

/** The activity that writes facts. It answers a little later than it has written, so that one answer acknowledges many runs. */
export function createProject(deps: ProjectDeps): RegistryActivities["project"] {
  /** The registry names a catalogue by its hash. */
  async function whole(fact: Fact): Promise<Fact> {
    if (fact.kind !== "catalog" || fact.catalog !== undefined) return fact;
    const catalog = await deps.catalogs.find(fact.hash);
    if (catalog !== undefined) return { ...fact, catalog };
    if (activityInfo().attempt >= TRIES_FOR_CATALOG) return fact;
    throw new HeadgateError("E_CATALOG_GONE", `the catalogue ${fact.hash} of project ${fact.project} is not kept yet`);
  }

  // Postgres lets them in one by one anyway, and each that waited there would hold a connection that watchers and runs need.
  const inTurn = createTurns();

  return async function project({ registry, facts, hold }) {
    deps.heard?.(registry, facts);
    const given = await Promise.all(facts.map(whole));
    await inTurn(() => deps.store.project(registry, given), activityInfo().startToCloseTimeoutMs);
    if (hold > 0) await sleep(hold, undefined, { signal: cancellationSignal() }).catch(() => undefined);
  };
}
