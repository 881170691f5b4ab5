import type { Catalog, CatalogAsset, CatalogWatcher } from "../core/catalog.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import type { HashedPlan } from "../core/plan.ts";
import { conditionText } from "./text/condition-text.ts";
import { partitionText } from "./text/partition-text.ts";

/** What a deploy changes in the graph of a project. */
export interface GraphDiff {
  readonly dags: Changes;
  readonly assets: Changes;
  readonly watchers: Changes;
}

/** Names are ids, or URIs of assets. */
export interface Changes {
  readonly added: readonly { readonly name: string; readonly summary: string }[];
  readonly changed: readonly { readonly name: string; readonly fields: readonly FieldChange[] }[];
  readonly removed: readonly string[];
  readonly unchanged: number;
}

/** One field that differs: `tasks.load.timeout`. A side that is missing did not have it. */
export interface FieldChange {
  readonly field: string;
  readonly before?: Json;
  readonly after?: Json;
}

/** Compares two catalogues of one project; without `before` everything is new. */
export function diffCatalogs(before: Catalog | undefined, after: Catalog): GraphDiff {
  return {
    dags: diff(
      before?.dags ?? [],
      after.dags,
      ({ plan }) => plan.dag,
      dagFields,
      ({ plan }) => `runs on ${conditionText(plan.on)}`,
    ),
    assets: diff(
      before?.assets ?? [],
      after.assets,
      (asset) => asset.uri,
      assetFields,
      (asset) => (asset.partitions === undefined ? "" : partitionText(asset.partitions)),
    ),
    watchers: diff(
      before?.watchers ?? [],
      after.watchers,
      (watcher) => watcher.id,
      watcherFields,
      ({ source, publishes, alsoPublishes = [] }) => `${source} publishes ${[publishes, ...alsoPublishes].join(", ")}`,
    ),
  };
}

export function isUnchanged(graph: GraphDiff): boolean {
  return [graph.dags, graph.assets, graph.watchers].every(({ added, changed, removed }) => added.length + changed.length + removed.length === 0);
}

function diff<T>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (item: T) => string,
  fieldsOf: (item: T) => Fields,
  summaryOf: (item: T) => string,
): Changes {
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const names = new Set(after.map(nameOf));
  const common = after.flatMap((item) => {
    const was = old.get(nameOf(item));
    return was === undefined ? [] : [{ name: nameOf(item), fields: diffFields(fieldsOf(was), fieldsOf(item)) }];
  });
  const changed = common.filter(({ fields }) => fields.length > 0);
  return {
    added: after.filter((item) => !old.has(nameOf(item))).map((item) => ({ name: nameOf(item), summary: summaryOf(item) })),
    changed,
    removed: [...old.keys()].filter((name) => !names.has(name)),
    unchanged: common.length - changed.length,
  };
}

type Fields = { readonly [field: string]: Json | undefined };

/** Parts are named as a person thinks of them, and lists with ids become objects: inserting a task changes that task alone. */
function dagFields({ plan }: HashedPlan): Fields {
  const { on, tasks, outlets, dag: _dag, version: _version, ...rest } = plan;
  return {
    "runs on": conditionText(on),
    ...rest,
    tasks: Object.fromEntries(
      tasks.map(({ id, needs, after, outlets: published, ...task }) => [
        id,
        {
          ...task,
          needs: Object.fromEntries(
            needs.map(({ name, ...from }) => [name, "task" in from ? `task ${from.task}` : "asset" in from ? from.asset : "all events"]),
          ),
          after: after.map(({ task: other, path }) => (path === undefined ? other : `${other}.${path}`)),
          outlets: published.map((outlet) => outlet.asset),
        },
      ]),
    ),
    outlets: outlets.map((outlet) => outlet.asset),
  } as unknown as Fields;
}

function assetFields({ uri: _uri, ...rest }: CatalogAsset): Fields {
  return rest as Fields;
}

function watcherFields({ id: _id, ...rest }: CatalogWatcher): Fields {
  return rest as unknown as Fields;
}

function diffFields(before: Fields, after: Fields, path = ""): FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [a, b] = [before[name], after[name]];
    const field = path === "" ? name : `${path}.${name}`;
    if (isObject(a) && isObject(b)) return diffFields(a, b, field);
    if ((a === undefined ? "" : canonicalJson(a)) === (b === undefined ? "" : canonicalJson(b))) return [];
    return [{ field, ...(a === undefined ? {} : { before: a }), ...(b === undefined ? {} : { after: b }) }];
  });
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
