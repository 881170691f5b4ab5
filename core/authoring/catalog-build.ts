import { publishedBy } from "../assets-named.ts";
import type { Catalog, CatalogAsset, CatalogWatcher } from "../catalog.ts";
import { checkCycles, longestChain } from "../conditions/check-cycles.ts";
import { allNodes } from "../conditions/condition-leaves.ts";
import { compilePattern } from "../conditions/pattern.ts";
import type { AssetDefinition, DagDefinition, Definition, WatcherDefinition } from "../definition.ts";
import { HeadgateError, messageOf } from "../errors.ts";
import { canonicalJson, contentHash } from "../hash.ts";
import type { Json } from "../json.ts";
import { dagOfRunEnds } from "../run-ends.ts";
import { compileCron } from "../time/cron.ts";
import { checkAssetNames } from "./asset-names.ts";
import { checkPartitions } from "./check-partitions.ts";
import { checkSharedQueues } from "./check-shared-queues.ts";
import { checkId } from "./ids.ts";
import type { BuildWarning } from "./warning.ts";
import { DEFAULT_EVERY } from "./watch.ts";

/** How many DAGs an event may go through. SEMANTICS section 6, setting `maxHops`. */
const MAX_HOPS = 32;

export interface BuiltCatalog {
  /** What can be deployed if there are no errors; with errors, the parts without them. */
  readonly catalog: Catalog;
  readonly warnings: readonly BuildWarning[];
  readonly errors: readonly HeadgateError[];
}

export interface CatalogOptions {
  readonly taskQueue: string;
  /** Milliseconds between two polls of watchers that do not say. @default DEFAULT_EVERY */
  readonly every?: number;
}

/**
 * Puts the definitions of one project together and checks them against each other: ids, identities of assets, cycles, names.
 * Never throws for what is wrong with the definitions: all of it is in `errors`. The order of the definitions does not matter.
 */
export function buildCatalog(project: string, definitions: readonly Definition[], options: CatalogOptions): BuiltCatalog {
  const errors: HeadgateError[] = [];
  try {
    checkId("project", project, "headgate.config.ts");
  } catch (error) {
    errors.push(toHeadgateError(error));
  }
  const distinct = [...new Set(definitions)];
  const dags = unique(
    "DAG",
    distinct.filter((definition) => definition.kind === "dag"),
    errors,
  );
  const watchers = unique(
    "watcher",
    distinct.filter((definition) => definition.kind === "watcher"),
    errors,
  );
  errors.push(...checkSharedQueues(watchers, dags));
  const assets = collectAssets(distinct, dags, watchers, errors);
  const plans = dags.map((dag) => dag.plan.plan);
  errors.push(...plans.flatMap((plan) => checkPartitions(plan, assets)));
  for (const cycle of checkCycles(plans, assets)) {
    errors.push(
      new HeadgateError("E_CYCLE", `assets and DAGs form a cycle: ${cycle.text}`, {
        where: `dag ${cycle.dags[0]}`,
        hint: `a run would start the next one without end: let one of them write another asset, or say cycle: true in ${cycle.dags.length === 1 ? "the DAG" : "one of the DAGs"} if a filter stops it`,
      }),
    );
  }
  const content = {
    project,
    taskQueue: options.taskQueue,
    assets,
    dags: dags.map((dag) => dag.plan),
    watchers: watchers.map((watcher) => watcherData(watcher, options.every)),
  };
  return {
    catalog: Object.freeze({ ...content, hash: contentHash(content as unknown as Json) }),
    warnings: [
      ...assets.flatMap(checkAssetNames),
      ...dags.flatMap((dag) => dagWarnings(dag, dags, assets)),
      ...unusedWarnings(watchers, dags, assets),
      ...chainWarnings(dags, assets),
    ],
    errors,
  };
}

/** Definitions by id, without those whose id was there before; sorted, so that the hash does not depend on the order of files. */
function unique<D extends DagDefinition | WatcherDefinition>(kind: "DAG" | "watcher", definitions: readonly D[], errors: HeadgateError[]): readonly D[] {
  const byId = new Map<string, D>();
  for (const definition of definitions) {
    if (byId.has(definition.id)) {
      errors.push(
        new HeadgateError("E_DUPLICATE_ID", `two ${kind}s have the id "${definition.id}"`, {
          where: `${kind === "DAG" ? "dag" : "watcher"} ${definition.id}`,
          hint: "give one of them another id; its id is how runs and people name it",
        }),
      );
    } else {
      byId.set(definition.id, definition);
    }
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function collectAssets(
  definitions: readonly Definition[],
  dags: readonly DagDefinition[],
  watchers: readonly WatcherDefinition[],
  errors: HeadgateError[],
): readonly CatalogAsset[] {
  const named: AssetDefinition[] = [
    ...definitions.filter((definition) => definition.kind === "asset"),
    ...dags.flatMap((dag) => [...dag.assets.values()]),
    ...watchers.flatMap(publishedBy),
  ];
  const byUri = new Map<string, AssetDefinition>();
  for (const asset of new Set(named)) {
    const before = byUri.get(asset.uri);
    if (before === undefined || namesOnly(before, asset)) {
      byUri.set(asset.uri, asset);
    } else if (!namesOnly(asset, before)) {
      const written = [before, asset].map((definition) => definition.catalog.template ?? definition.uri);
      errors.push(
        new HeadgateError(
          "E_ASSET_DUPLICATE",
          `two definitions have the identity ${asset.uri}${written[0] === written[1] ? "" : `: ${written.join(" and ")}`}`,
          {
            where: `asset ${asset.uri}`,
            hint: "define it once, export it, and import it where it is needed",
          },
        ),
      );
    }
  }
  return [...byUri.values()].map((asset) => asset.catalog).sort((a, b) => (a.uri < b.uri ? -1 : 1));
}

/** True for `asset(uri)` in code, of an asset that a file defines. One with partitions is not enough to be named: its conditions would not know them. */
function namesOnly(code: AssetDefinition, other: AssetDefinition): boolean {
  const { uri, ...rest } = code.catalog;
  const isBare = canonicalJson(rest as unknown as Json) === canonicalJson({ schema: false, tags: [], meta: {} });
  return isBare && code.file === undefined && other.file !== undefined && other.catalog.partitions === undefined && other.catalog.template === undefined;
}

function watcherData(watcher: WatcherDefinition, every = DEFAULT_EVERY): CatalogWatcher {
  const also = watcher.alsoPublishes === undefined ? {} : { alsoPublishes: watcher.alsoPublishes.map(({ uri }) => uri) };
  return { id: watcher.id, source: watcher.source.kind, publishes: watcher.publishes.uri, ...also, every: watcher.every ?? every };
}

function dagWarnings(dag: DagDefinition, dags: readonly DagDefinition[], assets: readonly CatalogAsset[]): readonly BuildWarning[] {
  const where = `dag ${dag.id}`;
  const { on, tasks } = dag.plan.plan;
  const warnings: BuildWarning[] = [];
  if (tasks.length === 0) {
    warnings.push({ code: "W_DAG_EMPTY", where, text: `${where} has no tasks: its runs succeed at once`, hint: "add one with d.task" });
  }
  for (const node of on === null ? [] : allNodes(on)) {
    if ("cron" in node && compileCron(node.cron, node.tz).next(0) === null) {
      warnings.push({
        code: "W_CRON_NEVER",
        where,
        text: `${where} waits for cron "${node.cron}", which never ticks`,
        hint: "no year has that day: see day of month and month",
      });
    }
    if ("group" in node && !assets.some((asset) => asset.groups?.includes(node.group))) {
      warnings.push({
        code: "W_GROUP_EMPTY",
        where,
        text: `${where} waits for the group "${node.group}", and no asset of this project is in it`,
        hint: `say so in an asset: groups: ["${node.group}"]; or leave it, if events name the group or another project has the assets`,
      });
    }
    const ended = "asset" in node ? dagOfRunEnds(node.asset) : undefined;
    if (ended !== undefined && !dags.some((other) => other.id === ended)) {
      warnings.push({
        code: "W_RUN_ENDS_UNKNOWN",
        where,
        text: `${where} waits for runs of "${ended}", and this project has no such DAG`,
        hint: "check the id; or leave it, if another project has the DAG",
      });
    }
  }
  return warnings;
}

function unusedWarnings(watchers: readonly WatcherDefinition[], dags: readonly DagDefinition[], assets: readonly CatalogAsset[]): readonly BuildWarning[] {
  const leaves = dags.flatMap((dag) => (dag.plan.plan.on === null ? [] : allNodes(dag.plan.plan.on)));
  const isUsed = (uri: string): boolean => {
    const groups = assets.find((asset) => asset.uri === uri)?.groups ?? [];
    if (dags.some(({ plan }) => plan.plan.tasks.some(({ wait }) => wait?.for === "event" && wait.asset === uri))) return true;
    return leaves.some(
      (node) =>
        ("asset" in node && node.asset === uri) || ("group" in node && groups.includes(node.group)) || ("pattern" in node && compilePattern(node.pattern)(uri)),
    );
  };
  return watchers
    .flatMap((watcher) => publishedBy(watcher).map(({ uri }) => ({ watcher, uri })))
    .filter(({ uri }) => !isUsed(uri))
    .map(({ watcher, uri }) => ({
      code: "W_ASSET_UNUSED" as const,
      where: `watcher ${watcher.id}`,
      text: `watcher ${watcher.id} publishes ${uri}, and no DAG of this project waits for it`,
      hint: "put the asset into a DAG's `on`, or remove the watcher; or leave it, if another project waits for it",
    }));
}

function chainWarnings(dags: readonly DagDefinition[], assets: readonly CatalogAsset[]): readonly BuildWarning[] {
  const length = longestChain(
    dags.map((dag) => dag.plan.plan),
    assets,
  );
  return length <= MAX_HOPS
    ? []
    : [
        {
          code: "W_CHAIN_LONG",
          where: "the project",
          text: `an event can go through ${length} DAGs, and is dropped after ${MAX_HOPS}`,
          hint: "join DAGs that always follow one another, or raise maxHops",
        },
      ];
}

function toHeadgateError(error: unknown): HeadgateError {
  return HeadgateError.is(error) ? error : new HeadgateError("E_CONFIG", messageOf(error), { cause: error });
}
