import { ActivityFailure, proxyActivities, rootCause } from "@temporalio/workflow";
import type { Catalog } from "../core/catalog.ts";
import { type CatalogPart, joinParts } from "../core/catalog-parts.ts";
import type { ProjectState } from "../registry/state.ts";
import type { RegistryActivities } from "./ports.ts";

/**
 * Parts on their way at once, over all catalogues. Those that come while a workflow task is under way are buffered by the server,
 * which fails the task when they are more than 2 MB together.
 */
const PARTS_AT_ONCE = 4;
/** How long a catalogue is kept after the last deploy that used it, in milliseconds: a registry may be reset to before that. */
const KEEP_FOR = 7 * 86_400_000;
/** More than this many that nobody uses are let go of sooner, the oldest first. */
const MOST_LEAVING = 100;
/** Tries for the catalogue of a deploy, which somebody waits for. */
const TRIES = 4;

/** Catalogues that nobody refers to any more, and since when, in milliseconds since 1970. */
export type LeavingCatalogs = Readonly<Record<string, number>>;

export interface RegistryCatalogs {
  /** Those that the carried state refers to and that are not loaded yet: without them nothing can be decided. */
  missing(): readonly string[];
  loaded(): ReadonlyMap<string, Catalog>;
  /** The catalogue of a deploy; why it cannot be had, as text. */
  fetch(hash: string): Promise<Catalog | string>;
  /** After a deploy: what is referred to is kept, and what is not is let go of after a while. */
  tend(projects: Readonly<Record<string, ProjectState>>, now: number): void;
  isKept(hash: string): boolean;
  leaving(): LeavingCatalogs;
}

/** How the registry comes to the catalogues that its state names by their hash. Regular activities only. */
export function createRegistryCatalogs(toLoad: readonly string[], carried: LeavingCatalogs, changed: () => void, isShared = false): RegistryCatalogs {
  const load = someAtOnce(loading(Number.POSITIVE_INFINITY), PARTS_AT_ONCE);
  const tryToLoad = loading(TRIES);
  const { keepCatalog, endCatalogs } = proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { initialInterval: "500ms", backoffCoefficient: 2, maximumInterval: "10s" },
    summary: "keeps catalogues",
  });
  const missing = new Set(toLoad);
  const loaded = new Map<string, Catalog>();
  const kept = new Set<string>();
  const keeping = new Set<string>();
  const used = new Set(toLoad);
  const leaving = new Map<string, number>(Object.entries(carried));
  for (const hash of toLoad) void loadMissing(hash);

  async function loadMissing(hash: string): Promise<void> {
    loaded.set(hash, await inParts(hash, load));
    kept.add(hash);
    missing.delete(hash);
    changed();
  }

  async function fetch(hash: string): Promise<Catalog | string> {
    try {
      const catalog = loaded.get(hash) ?? (await inParts(hash, tryToLoad));
      kept.add(hash);
      return catalog;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      return rootCause(error) ?? `the catalogue ${hash} cannot be loaded`;
    }
  }

  function tend(projects: Readonly<Record<string, ProjectState>>, now: number): void {
    const referred = Object.values(projects).flatMap(({ catalog, earlier }) => (earlier === undefined ? [catalog] : [catalog, earlier]));
    for (const catalog of referred) {
      leaving.delete(catalog.hash);
      used.add(catalog.hash);
      if (!kept.has(catalog.hash)) keep(catalog);
    }
    const names = new Set(referred.map(({ hash }) => hash));
    for (const hash of used) if (!names.has(hash) && !leaving.has(hash)) leaving.set(hash, now);
    const oldest = [...leaving].sort((a, b) => a[1] - b[1]);
    const ended = oldest.filter(([, since], index) => now - since > KEEP_FOR || index < oldest.length - MOST_LEAVING).map(([hash]) => hash);
    // Another shard may refer to it.
    if (ended.length === 0 || isShared) return;
    void endCatalogs({ hashes: ended }).then(() => {
      for (const hash of ended) for (const set of [leaving, used, kept]) if (!names.has(hash)) set.delete(hash);
    });
  }

  function keep(catalog: Catalog): void {
    if (keeping.has(catalog.hash)) return;
    keeping.add(catalog.hash);
    void keepCatalog({ catalog }).then(() => {
      keeping.delete(catalog.hash);
      kept.add(catalog.hash);
    });
  }

  return {
    missing: () => [...missing],
    loaded: () => loaded,
    fetch,
    tend,
    isKept: (hash) => kept.has(hash),
    leaving: () => Object.fromEntries(leaving),
  };
}

type Load = RegistryActivities["loadCatalog"];

function loading(maximumAttempts: number): Load {
  return proxyActivities<RegistryActivities>({
    startToCloseTimeout: "1 minute",
    retry: { initialInterval: "500ms", backoffCoefficient: 2, maximumInterval: "10s", maximumAttempts },
    summary: "the catalogue that the state names",
  }).loadCatalog;
}

/** Lets so many calls run at once; the others wait in their order. */
function someAtOnce(load: Load, most: number): Load {
  let running = 0;
  const waiting: (() => void)[] = [];
  async function run(input: Parameters<Load>[0]): ReturnType<Load> {
    running += 1;
    try {
      return await load(input);
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }
  return (input) => (running < most ? run(input) : new Promise<void>((resolve) => waiting.push(resolve)).then(() => run(input)));
}

async function inParts(hash: string, load: Load): Promise<Catalog> {
  const parts: CatalogPart[] = [await load({ hash, part: 0 })];
  const count = parts[0]?.parts ?? 1;
  while (parts.length < count) {
    const next = Array.from({ length: Math.min(PARTS_AT_ONCE, count - parts.length) }, (_, index) => parts.length + index);
    parts.push(...(await Promise.all(next.map((part) => load({ hash, part })))));
  }
  return joinParts(hash, parts);
}
