import type { Catalog, CatalogAsset } from "./catalog.ts";
import { countThatFit, jsonLength } from "./limits.ts";

/** What goes into the history of a registry run as one result: below the 2 MiB that a server takes. */
const PART_BYTES = 1_500 * 1_024;

/** A piece of what the registry knows of a catalogue. */
export type CatalogPart = Pick<Catalog, "project" | "taskQueue" | "assets" | "dags" | "watchers"> & {
  /** How many pieces there are. */
  readonly parts: number;
};

/** Cuts what the registry needs of a catalogue into pieces: plans are whole, assets are without what only people read. */
export function partsOf(catalog: Catalog): readonly CatalogPart[] {
  const { project, taskQueue, watchers } = catalog;
  const pieces: Pick<Catalog, "assets" | "dags">[] = [
    ...pieceUp(catalog.assets.map(forRegistry)).map((assets) => ({ assets, dags: [] })),
    ...pieceUp(catalog.dags).map((dags) => ({ assets: [], dags })),
  ];
  if (pieces.length === 0) pieces.push({ assets: [], dags: [] });
  return pieces.map((piece, index) => ({ project, taskQueue, watchers: index === 0 ? watchers : [], ...piece, parts: pieces.length }));
}

/** Puts the pieces of a catalogue together again, in their order. */
export function joinParts(hash: string, parts: readonly CatalogPart[]): Catalog {
  const [first] = parts;
  if (first === undefined) throw new Error("a catalogue has at least one part");
  return {
    project: first.project,
    hash,
    taskQueue: first.taskQueue,
    assets: parts.flatMap(({ assets }) => assets),
    dags: parts.flatMap(({ dags }) => dags),
    watchers: first.watchers,
  };
}

function forRegistry({ uri, template, partitions, groups, schema, freshness }: CatalogAsset): CatalogAsset {
  return {
    uri,
    schema,
    tags: [],
    meta: {},
    ...(template === undefined ? {} : { template }),
    ...(partitions === undefined ? {} : { partitions }),
    ...(groups === undefined ? {} : { groups }),
    ...(freshness === undefined ? {} : { freshness }),
  };
}

function pieceUp<T>(items: readonly T[]): T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < items.length; ) {
    const count = countThatFit(items.slice(at, at + 20_000), jsonLength, PART_BYTES);
    pieces.push(items.slice(at, at + count));
    at += count;
  }
  return pieces;
}
