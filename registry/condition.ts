import type { By, ConditionNode, Mapping, PartitionDefinition } from "../core/condition.ts";
import { compileFilter } from "../core/conditions/filter.ts";
import { compilePath } from "../core/conditions/path.ts";
import { compilePattern } from "../core/conditions/pattern.ts";
import { HeadgateError } from "../core/errors.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import { compileMapping } from "../core/partitions/mapping.ts";
import { sameKeys } from "../core/partitions/partition-definition.ts";
import { compileCron } from "../core/time/cron.ts";
import { parseDuration } from "../core/time/duration.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { Assets } from "./assets.ts";
import { compileBy, type KeyOf, nameOfBy, pathOfBy } from "./by-key.ts";
import { type LeafNumbers, leafKind } from "./leaf-identity.ts";
import { type AbsentNode, createAbsentNode } from "./nodes/absent.ts";
import { createAllNode } from "./nodes/all.ts";
import { createAnyNode } from "./nodes/any.ts";
import { createAtLeastNode } from "./nodes/at-least.ts";
import { createByNode } from "./nodes/by.ts";
import { createCountNode } from "./nodes/count.ts";
import { createKeepNode } from "./nodes/keep.ts";
import { createGatherNode, type Leaf, type Scope, type Selection } from "./nodes/leaf.ts";
import type { Mode, Node } from "./nodes/node.ts";
import { createSequenceNode, type SequenceNode } from "./nodes/sequence.ts";
import { createTickNode } from "./nodes/tick.ts";
import { createUnlessNode } from "./nodes/unless.ts";
import { createWithinNode } from "./nodes/within.ts";
import type { Schedule } from "./schedule.ts";
import { compileSlices, type Slices } from "./slices.ts";

/** A compiled condition: its tree, and the parts that the machine needs beside the tree. */
export interface Condition {
  readonly root: Node;
  /** All leaves, with those of `unless` and `absent`. */
  readonly leaves: readonly Leaf[];
  readonly leafByNo: ReadonlyMap<number, Leaf>;
  /** Key of the whole condition; null without a `by`. */
  readonly by: KeyOf | null;
  /** The path of that key, if it is a single one. */
  readonly byPath: string | null;
  /** Slices of the consumer; null if it is not partitioned. */
  readonly partitions: PartitionDefinition | null;
  readonly resets: readonly Reset[];
  readonly breaks: readonly Break[];
  readonly ticks: readonly Leaf[];
  readonly silences: readonly Silence[];
  /** True if it has `keep` nodes. */
  readonly keeps: boolean;
  /** True if time alone can change something. */
  readonly timed: boolean;
  /** Set if nothing but a clock starts the DAG. */
  readonly schedule: Schedule | null;
  /** How its gathering is keyed; an edit that changes it places what was gathered anew. */
  readonly addressing: Addressing;
}

/** Where events go: into which groups, and for each leaf, by its number, into which cells of a group. */
export interface Addressing {
  readonly by: string;
  readonly partitions: PartitionDefinition | null;
  readonly leaves: ReadonlyMap<number, string>;
}

/** An `unless`: when `reset` is due, `carrier` is emptied. */
export interface Reset {
  readonly carrier: Node;
  readonly reset: Node;
  readonly scopes: readonly Scope[];
  /** Leaves of `reset`. */
  readonly leaves: readonly Leaf[];
  /** A silence that becomes due clears by the clock. */
  readonly timed: boolean;
  /** True if one event or tick is enough. */
  readonly single: boolean;
}

/** An `absent` behind other positions of a sequence: its events empty the sequence while the silence is on. */
export interface Break {
  readonly sequence: SequenceNode;
  readonly position: number;
  readonly absent: AbsentNode;
  readonly scopes: readonly Scope[];
}

export interface Silence {
  readonly absent: AbsentNode;
  readonly scopes: readonly Scope[];
  /** The sequence that it stands in behind another position. */
  readonly inSequence: Break | null;
}

interface Place {
  readonly where: string;
  readonly role: "gather" | "unless";
  readonly scopes: readonly Scope[];
  readonly spans: readonly number[];
  readonly isRoot: boolean;
}

/**
 * Compiles the condition of one DAG.
 *
 * @throws E_CONDITION, E_DURATION, E_CRON, E_ASSET_URI or E_PARTITION with the path of the node.
 */
export function compileCondition(
  dag: string,
  on: ConditionNode,
  mode: Mode,
  assets: Assets,
  numbers: LeafNumbers,
  root = `dag ${dag}.on`,
): Omit<Condition, "schedule"> {
  const leaves: Leaf[] = [];
  const resets: Reset[] = [];
  const breaks: Break[] = [];
  const silences: Silence[] = [];
  const partitions = partitionsOfCondition(on, assets, root);
  let timed = false;

  function build(node: ConditionNode, place: Place): Node {
    const by = node.by;
    const scope = by === undefined || place.isRoot ? null : createScope(by, place.where);
    const scopes = scope === null ? place.scopes : [...place.scopes, scope];
    const span = node.within === undefined ? null : parseDuration(node.within, `${place.where}.within`);
    const below: Place = { ...place, scopes, spans: span === null ? place.spans : [...place.spans, span], isRoot: false };
    let built = buildKind(node, below);
    if (span !== null) {
      built = createWithinNode(span, built);
      timed = true;
    }
    if (node.unless !== undefined) built = buildUnless(built, node.unless, below);
    return scope === null ? built : createByNode(scope.name, built);
  }
  function buildUnless(carrier: Node, unless: ConditionNode, place: Place): Node {
    const first = leaves.length;
    const silent = silences.length;
    const reset = build(unless, { ...place, where: `${place.where}.unless`, role: "unless", spans: [] });
    const [only, ...others] = leaves.slice(first);
    const single =
      only !== undefined && others.length === 0 && reset.children.length === 0 && only.role !== "absent" && only.count === 1 && only.members === null;
    resets.push({ carrier, reset, scopes: place.scopes, leaves: leaves.slice(first), timed: silences.length > silent, single });
    return createUnlessNode(carrier, reset);
  }
  function buildKind(node: ConditionNode, place: Place): Node {
    const { where } = place;
    const list = (nodes: readonly ConditionNode[], name: string): Node[] => {
      if (!Array.isArray(nodes) || nodes.length === 0) throw refuse(`${name} needs a list of at least one node`, where);
      return nodes.map((child, index) => build(child, { ...place, where: `${where}.${name}[${index}]` }));
    };
    if ("all" in node) return createAllNode(list(node.all, "all"));
    if ("any" in node) return withCount(createAnyNode(list(node.any, "any")), node.count, where);
    if ("atLeast" in node) {
      const children = list(node.of, "of");
      if (!Number.isInteger(node.atLeast) || node.atLeast < 1 || node.atLeast > children.length) {
        throw refuse(`atLeast(${String(node.atLeast)}) of ${children.length} nodes can never be due`, where);
      }
      return createAtLeastNode(node.atLeast, children);
    }
    if ("sequence" in node) return buildSequence(node.sequence, place);
    if ("absent" in node) return buildAbsent(node, place);
    if ("cron" in node || "every" in node) return createTickNode(addLeaf(node, place, "tick"));
    if ("asset" in node || "group" in node || "pattern" in node) {
      if (node.keep === true && place.role === "gather") return createKeepNode(addLeaf(node, place, "keep"));
      return createGatherNode(addLeaf(node, place, place.role));
    }
    throw refuse(`${JSON.stringify(Object.keys(node))} is no node`, where);
  }
  function buildSequence(positions: readonly ConditionNode[], place: Place): Node {
    if (!Array.isArray(positions) || positions.length === 0) throw refuse("sequence needs a list of at least one node", place.where);
    const built: Node[] = [];
    const waiting: { position: number; absent: AbsentNode; silence: number }[] = [];
    for (const [index, child] of positions.entries()) {
      const silence = silences.length;
      const node = build(child, { ...place, where: `${place.where}.sequence[${index}]` });
      if (node.kind === "absent" && index > 0) waiting.push({ position: index, absent: node as AbsentNode, silence });
      built.push(node);
    }
    const sequence = createSequenceNode(built);
    for (const { position, absent, silence } of waiting) {
      const one: Break = { sequence, position, absent, scopes: place.scopes };
      breaks.push(one);
      silences[silence] = { absent, scopes: place.scopes, inSequence: one };
    }
    return sequence;
  }
  function buildAbsent(node: Extract<ConditionNode, { absent: unknown }>, place: Place): Node {
    const { absent: about } = node;
    if (!("asset" in about || "group" in about || "pattern" in about)) throw refuse("absent takes an asset, group or pattern node", `${place.where}.absent`);
    timed = true;
    const leaf = addLeaf(about, { ...place, where: `${place.where}.absent` }, "absent");
    const absent = createAbsentNode(leaf, positive(parseDuration(node.for, `${place.where}.for`), `${place.where}.for`));
    silences.push({ absent, scopes: place.scopes, inSequence: null });
    return absent;
  }
  function withCount(node: Node, count: number | undefined, where: string): Node {
    return count === undefined || checkCount(count, where) === 1 ? node : createCountNode(count, node);
  }
  function addLeaf(node: ConditionNode, place: Place, role: Leaf["role"]): Leaf {
    const identity = role === "tick" && place.role === "unless" ? "unless tick" : role;
    const record = numbers.claim(leafKind(node, identity));
    const clock = "cron" in node ? compileCron(node.cron, node.tz ?? "UTC", `${place.where}.cron`) : null;
    const every = "every" in node ? positive(parseDuration(node.every, `${place.where}.every`), `${place.where}.every`) : null;
    const filtering = "asset" in node || "group" in node || "pattern" in node ? node : null;
    const mapping = filtering?.partitions;
    const slicesIn = (asset: string): Slices | null => {
      const definition = assets.partitionsOf(asset);
      // An absence alone does not make a consumer partitioned: it listens to the asset as a whole.
      const applies = definition !== null && (partitions !== null || role !== "absent");
      return applies ? compileSlices(definition, mapping ?? { map: "same" }, `${place.where}.partitions`) : null;
    };
    const selects = selectionOf(node);
    const own = selects.kind === "asset" ? slicesIn(selects.asset) : null;
    if (mode === "each" && role === "gather" && own?.waits != null) {
      throw refuse('mode "each" cannot wait for more than one slice', place.where, 'use mode "batch", or wait: "any"');
    }
    const members = filtering !== null && "members" in filtering && filtering.members === "all" ? memberList(selects, assets) : null;
    const leaf: Leaf = {
      no: record.no,
      id: record.id,
      text: selects.kind === "asset" ? selects.asset : textOf(node),
      since: record.since,
      role,
      count: filtering?.count === undefined ? 1 : checkCount(filtering.count, place.where),
      edge: "asset" in node,
      selects,
      filter: filtering?.where === undefined ? null : compileFilter(filtering.where, `${place.where}.where`),
      changed: filtering?.changed === undefined ? null : compilePath(filtering.changed, `${place.where}.changed`),
      slicesOf: selects.kind !== "asset" ? remembered(slicesIn) : own === null ? unpartitioned : always(own),
      scopes: place.scopes,
      shared:
        partitions !== null &&
        (role === "gather" || role === "keep" || (role === "absent" && place.role !== "unless")) &&
        selects.kind === "asset" &&
        own?.downstream == null,
      spans: role === "gather" ? place.spans : [],
      next: clock !== null ? (after) => clock.next(after) : every !== null ? (after) => (Math.floor(after / every) + 1) * every : null,
      members,
    };
    leaves.push(leaf);
    if (role === "tick") timed = true;
    if (own?.waits != null) timed = true;
    return leaf;
  }

  const tree = build(on, { where: root, role: "gather", scopes: [], spans: [], isRoot: true });
  if (!tree.leaves.some((leaf) => leaf.role !== "keep")) throw refuse("a condition of keep nodes only can never use anything up", root);
  return {
    root: tree,
    leaves,
    leafByNo: new Map(leaves.map((leaf) => [leaf.no, leaf])),
    by: on.by === undefined ? null : compileBy(on.by, `${root}.by`),
    byPath: pathOfBy(on.by),
    partitions,
    resets,
    breaks,
    ticks: leaves.filter((leaf) => leaf.role === "tick"),
    silences,
    keeps: leaves.some((leaf) => leaf.role === "keep"),
    timed,
    addressing: addressingOf(on.by, partitions, leaves),
  };
}

/** Functions that a leaf keeps hold nothing but what they answer from: there may be a hundred thousand leaves. */
function always<T>(answer: T): () => T {
  return () => answer;
}

const unpartitioned = always(null);

function remembered(find: (asset: string) => Slices | null): (asset: string) => Slices | null {
  const known = new Map<string, Slices | null>();
  return (asset) => {
    let found = known.get(asset);
    if (found === undefined) {
      found = find(asset);
      known.set(asset, found);
    }
    return found;
  };
}

function createScope(by: By, where: string): Scope {
  const keyOf = compileBy(by, `${where}.by`);
  return { name: nameOfBy(by), keyOf: (event) => keyOf(event, event.partition) };
}

function addressingOf(by: By | undefined, partitions: PartitionDefinition | null, leaves: readonly Leaf[]): Addressing {
  const cells = leaves.map((leaf) => [leaf.no, canonicalJson([leaf.shared, ...leaf.scopes.map((scope) => scope.name)])] as const);
  return { by: canonicalJson((by ?? null) as unknown as Json), partitions, leaves: new Map(cells) };
}

function selectionOf(node: ConditionNode): Selection {
  if ("asset" in node) return { kind: "asset", asset: normalizeUri(node.asset) };
  if ("group" in node) return { kind: "group", group: node.group };
  if ("pattern" in node) return { kind: "pattern", matches: compilePattern(node.pattern) };
  return { kind: "clock" };
}

function memberList(selects: Selection, assets: Assets): () => readonly string[] {
  if (selects.kind === "group") return () => assets.membersOf(selects.group);
  const matches = selects.kind === "pattern" ? selects.matches : () => false;
  return () => assets.matching(matches);
}

function textOf(node: ConditionNode): string {
  if ("group" in node) return `group(${node.group})`;
  if ("pattern" in node) return `pattern(${node.pattern})`;
  if ("cron" in node) return `cron(${node.cron}${node.tz === undefined ? "" : `, ${node.tz}`})`;
  return "every" in node ? `every(${node.every})` : "";
}

/** The slices of the consumer: those of all leaves that are partitioned for it, which must agree. */
export function partitionsOfCondition(on: ConditionNode, assets: Assets, root: string): PartitionDefinition | null {
  let found: { readonly definition: PartitionDefinition; readonly asset: string } | null = null;
  function visit(node: ConditionNode, where: string): void {
    for (const asset of assetsOf(node, assets)) {
      const definition = assets.partitionsOf(asset);
      const mapping: Mapping = ("partitions" in node ? node.partitions : undefined) ?? { map: "same" };
      const downstream = definition === null ? null : compileSlices(definition, mapping, `${where}.partitions`).downstream;
      if (definition === null && "asset" in node) compileMapping(mapping, undefined, `${where}.partitions`);
      if (downstream === null) continue;
      if (found === null) found = { definition: downstream, asset };
      else if (!sameKeys(found.definition, downstream)) {
        throw refuse(
          `${found.asset} and ${asset} give different partitions: ${JSON.stringify(found.definition)} and ${JSON.stringify(downstream)}`,
          where,
          "map one onto the other with partitions on its node",
        );
      }
    }
    if ("absent" in node) return;
    for (const [name, children] of [
      ["all", "all" in node ? node.all : []],
      ["any", "any" in node ? node.any : []],
      ["of", "of" in node ? node.of : []],
      ["sequence", "sequence" in node ? node.sequence : []],
    ] as const) {
      for (const [index, child] of children.entries()) visit(child, `${where}.${name}[${index}]`);
    }
  }
  visit(on, root);
  return found === null ? null : (found as { definition: PartitionDefinition }).definition;
}

function assetsOf(node: ConditionNode, assets: Assets): readonly string[] {
  if ("asset" in node) return [normalizeUri(node.asset)];
  if ("group" in node) return assets.membersOf(node.group);
  return "pattern" in node ? assets.matching(compilePattern(node.pattern)) : [];
}

function checkCount(count: number, where: string): number {
  if (Number.isInteger(count) && count >= 1) return count;
  throw refuse(`count is ${JSON.stringify(count)}, and must be a whole number of at least 1`, where);
}

function positive(ms: number, where: string): number {
  if (ms > 0) return ms;
  throw refuse("a span of time must be longer than 0", where);
}

function refuse(why: string, where: string, hint?: string): HeadgateError {
  return new HeadgateError("E_CONDITION", why, { where, ...(hint === undefined ? {} : { hint }) });
}
