import type { Catalog, CatalogAsset } from "../core/catalog.ts";
import { HeadgateError } from "../core/errors.ts";
import { isRecord } from "../core/json.ts";
import type { HashedPlan } from "../core/plan.ts";
import { earlierCatalog } from "./earlier.ts";
import { type RegistryState, SCHEMA_VERSION } from "./state.ts";

/** A backfill that did not count what became of its runs. */
function countedBackfill(old: object): object {
  const { waiting, running } = old as { readonly waiting: readonly string[]; readonly running: number };
  const nobody = { openedAt: 0, by: null, why: null };
  return { ...old, ...nobody, total: waiting.length + running, ended: { succeeded: 0, failed: 0, cancelled: 0 }, troubles: [] };
}

type OldState = Readonly<Record<string, unknown>>;

/**
 * Each step makes of a state of its schema one of the next, and changes nothing else. A released step is never changed: a new form of
 * the state is a new number in `SCHEMA_VERSION`, a new step here, and a recorded state of the old form in `test/registry/states/`.
 */
const STEPS: Readonly<Record<number, (state: OldState) => OldState>> = {
  // Operators' requests are remembered, so that a command that is given again does nothing; backfills say how far they are; what
  // earlier catalogues left behind is a catalogue.
  1: (state) => ({
    ...state,
    requests: {},
    backfills: (state.backfills as readonly object[]).map(countedBackfill),
    projects: gatherEarlier(state.projects as OldProjects),
  }),
  // Pending events may be kept outside the state, which earlier releases would lose.
  2: (state) => state,
};

type OldProjects = Readonly<Record<string, OldProject>>;
interface OldProject {
  readonly catalog: Catalog;
  readonly kept?: readonly CatalogAsset[];
  readonly retired?: readonly HashedPlan[];
}

function gatherEarlier(projects: OldProjects): object {
  return Object.fromEntries(
    Object.entries(projects).map(([project, { kept = [], retired = [], ...own }]) => {
      const earlier = earlierCatalog(own.catalog, kept, retired);
      return [project, { ...own, ...(earlier === undefined ? {} : { earlier }) }];
    }),
  );
}

/**
 * A state as this release understands it. Pure; the given state is left as it is. Throws `E_STATE_NEWER` for a state of a newer
 * release, and `E_STATE` for what is no state.
 */
export function upgrade(given: unknown): RegistryState {
  if (!isRecord(given) || !Number.isSafeInteger(given.schema) || typeof given.epoch !== "string" || !isRecord(given.consumers)) {
    throw new HeadgateError("E_STATE", "this is no state of a registry: it has no schema, epoch and consumers");
  }
  const from = given.schema as number;
  if (from > SCHEMA_VERSION) {
    throw new HeadgateError("E_STATE_NEWER", `the registry's state has schema ${from}, and this release understands ${SCHEMA_VERSION}`, {
      hint: "run the release that wrote it, or a newer one; nothing of it is lost",
    });
  }
  let state: OldState = given;
  for (let schema = from; schema < SCHEMA_VERSION; schema += 1) {
    const next = STEPS[schema];
    if (next === undefined) throw new HeadgateError("E_STATE", `no release had a registry's state of schema ${schema}`);
    state = { ...next(state), schema: schema + 1 };
  }
  return state as unknown as RegistryState;
}
