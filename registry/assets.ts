import type { Catalog, CatalogAsset } from "../core/catalog.ts";
import type { ConditionNode, PartitionDefinition } from "../core/condition.ts";
import { FRESHNESS_PREFIX } from "../core/freshness-events.ts";
import { parseTemplate, type Template } from "../core/uri/template.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { ProjectState, RegistryState } from "./state.ts";

/** Scheme of the assets that Headgate itself publishes. */
export const RUNS_PREFIX = "headgate://runs/";

/** The asset that a DAG's runs update when they end. */
export function endsOf(dag: string): string {
  return `${RUNS_PREFIX}${dag}`;
}

/** What is known of all assets of all projects. Rebuilt on each registration; `note` adds what events bring. */
export interface Assets {
  find(uri: string): CatalogAsset | undefined;
  /** Task queue of the project whose workers have the asset's schema; null without a schema. */
  checkerOf(uri: string): string | null;
  /** Named by a catalogue, a condition or an outlet. */
  isDeclared(uri: string): boolean;
  partitionsOf(uri: string): PartitionDefinition | null;
  groupsOf(uri: string): readonly string[];
  /** Known assets that a test accepts, in a stable order. */
  matching(test: (uri: string) => boolean): readonly string[];
  membersOf(group: string): readonly string[];
  /** An asset that only events know. True if it is new. */
  note(uri: string): void;
  noteMember(group: string, uri: string): void;
  /** The identity behind what an event names, and the partition that its concrete URI gives. @throws E_ASSET_URI */
  resolve(uri: string): Resolved;
}

export interface Resolved {
  readonly asset: string;
  readonly partition: string | null;
  /** What `partitionsOf` and `isDeclared` say of the asset. */
  readonly partitions: PartitionDefinition | null;
  readonly declared: boolean;
}

/** An asset that a catalogue, a condition or an outlet names, as an event that names it finds it. */
interface Declared extends Resolved {
  /** Undefined if no catalogue says more than its name. */
  readonly own: CatalogAsset | undefined;
}

/** How many spellings of what is not declared are remembered; past that the memory starts anew. */
const SPELLINGS = 20_000;

export function createAssets(
  state: Pick<RegistryState, "projects" | "members" | "unknown">,
  runPartitions: (dag: string) => PartitionDefinition | null,
): Assets {
  const declared = new Map<string, Declared>();
  const checkers = new Map<string, string>();
  const groups = new Map<string, string[]>();
  const templates: { readonly template: Template; readonly head: string }[] = [];
  const spellings = new Map<string, Resolved>();

  function addMember(group: string, uri: string): void {
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [uri]);
    else if (!members.includes(uri)) members.push(uri);
  }
  for (const project of Object.keys(state.projects).sort()) {
    const { catalog, earlier } = state.projects[project] as ProjectState;
    for (const asset of [...catalog.assets, ...(earlier?.assets ?? [])]) {
      declared.set(asset.uri, declaredAs(asset.uri, asset));
      if (asset.schema && !checkers.has(asset.uri)) checkers.set(asset.uri, catalog.taskQueue);
      for (const group of asset.groups ?? []) addMember(group, asset.uri);
      if (asset.template !== undefined) {
        const template = parseTemplate(asset.template, asset.partitions);
        templates.push({ template, head: asset.template.slice(0, asset.template.indexOf("{")) });
      }
    }
  }
  for (const project of Object.values(state.projects)) {
    for (const uri of implied(project.catalog)) if (!declared.has(uri)) declared.set(uri, declaredAs(uri, undefined));
  }
  for (const [entry, members] of Object.entries(state.members)) for (const uri of members) addMember(entry.slice(1), uri);
  const undeclared = new Set(Object.keys(state.unknown).filter((uri) => !declared.has(uri)));

  function isDeclared(uri: string): boolean {
    return declared.has(uri) || uri.startsWith(RUNS_PREFIX) || uri.startsWith(FRESHNESS_PREFIX);
  }
  function partitionsOf(uri: string): PartitionDefinition | null {
    return uri.startsWith(RUNS_PREFIX) ? runPartitions(uri.slice(RUNS_PREFIX.length)) : (declared.get(uri)?.partitions ?? null);
  }
  function resolve(uri: string): Resolved {
    const known = declared.get(uri);
    if (known === undefined) return resolveSpelling(uri);
    // Slices of a DAG's runs are those of its condition, which may not be known when the catalogue is read.
    return uri.startsWith(RUNS_PREFIX) ? { ...known, partitions: partitionsOf(uri) } : known;
  }
  function resolveSpelling(uri: string): Resolved {
    const known = spellings.get(uri);
    if (known !== undefined) return known;
    const normal = normalizeUri(uri);
    let [asset, partition]: [string, string | null] = [normal, null];
    if (!declared.has(normal)) {
      for (const { template, head } of templates) {
        const found = normal.startsWith(head.replace(/\/+$/, "")) ? template.partitionOf(uri) : undefined;
        if (found !== undefined) [asset, partition] = [template.identity, found];
      }
    }
    const resolved: Resolved = { asset, partition, partitions: partitionsOf(asset), declared: isDeclared(asset) };
    if (spellings.size >= SPELLINGS) spellings.clear();
    spellings.set(uri, resolved);
    return resolved;
  }
  return {
    find: (uri) => declared.get(uri)?.own,
    checkerOf: (uri) => checkers.get(uri) ?? null,
    isDeclared,
    partitionsOf,
    groupsOf: (uri) => declared.get(uri)?.own?.groups ?? [],
    matching: (test) => [...declared.keys(), ...undeclared].filter(test),
    membersOf: (group) => groups.get(group) ?? [],
    note: (uri) => {
      if (!declared.has(uri)) undeclared.add(uri);
    },
    noteMember: addMember,
    resolve,
  };
}

function declaredAs(uri: string, own: CatalogAsset | undefined): Declared {
  return { asset: uri, partition: null, partitions: own?.partitions ?? null, declared: true, own };
}

/** Assets that conditions and outlets declare by naming them. */
export function* implied(catalog: Catalog): Generator<string> {
  for (const { plan } of catalog.dags) {
    if (plan.on !== null) yield* assetsIn(plan.on);
    yield* outletsOf(plan);
  }
}

export function outletsOf(plan: Catalog["dags"][number]["plan"]): string[] {
  return [...plan.outlets, ...plan.tasks.flatMap((task) => task.outlets)].map((outlet) => normalizeUri(outlet.asset));
}

function* assetsIn(node: ConditionNode): Generator<string> {
  if ("asset" in node) yield normalizeUri(node.asset);
  for (const child of childrenOf(node)) yield* assetsIn(child);
}

/** Nodes below a node, with what it is cleared by and what it waits to be silent. */
export function childrenOf(node: ConditionNode): ConditionNode[] {
  const below: ConditionNode[] =
    "all" in node
      ? [...node.all]
      : "any" in node
        ? [...node.any]
        : "of" in node
          ? [...node.of]
          : "sequence" in node
            ? [...node.sequence]
            : "absent" in node
              ? [node.absent]
              : [];
  return node.unless === undefined ? below : [...below, node.unless];
}
