import { HeadgateError } from "../../core/errors.ts";
import type { AssetEvent, EventInput } from "../../core/event.ts";
import { checkKey, keysBetween } from "../../core/partitions/partition-key.ts";
import type { EndStatus, RunEnded, RunStart } from "../../core/run.ts";
import type { RegistryInput } from "../input.ts";
import { type Instant, openInstant } from "../instant.ts";
import { openRegistry } from "../open.ts";
import type { Registry } from "../registry.ts";
import { partitionsOf } from "../repair-plan.ts";
import { emptyState } from "../state.ts";
import { readRepair } from "../work-requests.ts";
import { createRecord, type Record, type ScenarioResult } from "./result.ts";
import { type Action, asScenarioError, type Deploy, type Entry, parseScenario, type RunScript, type Scenario } from "./scenario.ts";

/** More starts than this of one DAG and key in one instant are an endless loop. */
const MOST_STARTS = 10_000;

/**
 * Runs a scenario through the pure machine: the clock is the timeline's. SEMANTICS sections 7 and 8.
 *
 * @param value - the scenario as parsed JSON
 * @throws E_SCENARIO with the path of what is wrong in `where`
 */
export function simulate(value: unknown): ScenarioResult {
  return run(parseScenario(value));
}

interface Running {
  readonly start: RunStart;
  readonly script: RunScript;
  readonly endsAt: number | null;
}

interface World {
  readonly registry: Registry;
  readonly record: Record;
  /** Newest scripts and paths of all DAGs that were ever registered. */
  readonly scripts: Map<string, readonly RunScript[]>;
  readonly paths: Map<string, string>;
  /** Runs of a DAG in the order of their start. */
  readonly started: Map<string, RunStart[]>;
  readonly running: Map<string, Running>;
  /** Everything accepted, as a store would have it. */
  readonly events: AssetEvent[];
}

function run(scenario: Scenario): ScenarioResult {
  const world: World = {
    registry: openRegistry(emptyState("sim")),
    record: createRecord(),
    scripts: new Map(),
    paths: new Map(),
    started: new Map(),
    running: new Map(),
    events: [],
  };
  const first: Entry = { at: scenario.start, action: { kind: "register", deploy: scenario.deploy }, path: "" };
  const last = scenario.timeline.at(-1)?.at ?? scenario.start;
  let next = 0;
  const entries = [first, ...scenario.timeline];
  for (;;) {
    const at = earliest(entries[next]?.at ?? null, world.registry.timers.next(), nextEnd(world));
    if (at === null || at > last) break;
    const now: Entry[] = [];
    for (let entry = entries[next]; entry !== undefined && entry.at <= at; entry = entries[next]) {
      now.push(entry);
      next += 1;
    }
    playInstant(world, now, at);
  }
  return world.record.result(world.registry, last);
}

/** One instant: ends of runs first, then the entries in their order, then evaluation until nothing more starts. */
function playInstant(world: World, entries: readonly Entry[], at: number): void {
  const instant = openInstant(world.registry, at);
  const starts = new Map<string, number>();
  instant.apply([...endsDue(world, at), ...entries.flatMap((entry) => finish(world, entry.action, at))]);
  for (const entry of entries) play(world, instant, entry, at);
  for (;;) {
    for (const start of instant.decide()) begin(world, start, at, starts);
    const ends = endsDue(world, at);
    if (ends.length === 0) break;
    instant.apply(ends);
  }
  world.events.push(...world.registry.ledger.accepted());
  world.record.facts(instant.close().facts);
}

function play(world: World, instant: Instant, { action, path }: Entry, at: number): void {
  if (action.kind === "register") {
    deploy(world, instant, action.deploy, path);
    return;
  }
  const input = inputOf(world, action, path, at);
  if (input !== null) instant.apply([input]);
}

function inputOf(world: World, action: Exclude<Action, { kind: "register" }>, path: string, at: number): RegistryInput | null {
  switch (action.kind) {
    case "event":
      return { kind: "publish", events: action.events };
    case "pause":
    case "resume":
      return { kind: action.kind, dag: action.dag };
    case "start":
      checkPartition(world, action, `${path}.start.partition`);
      return { kind: "start", dag: action.dag, partition: action.partition, ...(action.params === undefined ? {} : { params: action.params }) };
    case "backfill":
      return { kind: "backfill", dag: action.dag, parallel: action.parallel, partitions: keysOf(world, action, `${path}.backfill.partitions`) };
    case "repair": {
      const where = `${path}.repair`;
      const plan = asScenarioError(
        () => readRepair(world.registry, action.request, at),
        (inner) => inner.replace(/^repair/, where),
      );
      return { kind: "repair", ...plan };
    }
    case "finish":
    case "none":
      return null;
  }
}

/** As for a run that a person starts. */
function checkPartition(world: World, { dag, partition }: Extract<Action, { kind: "start" }>, where: string): void {
  const consumer = world.registry.consumers.get(dag);
  const definition = consumer === undefined ? null : partitionsOf(consumer);
  const why = definition === null || partition === null ? null : checkKey(definition, partition);
  if (why !== null) throw new HeadgateError("E_SCENARIO", `${where}: ${why}`, { where });
}

function keysOf(world: World, { dag, partitions }: Extract<Action, { kind: "backfill" }>, where: string): readonly string[] {
  const consumer = world.registry.consumers.get(dag);
  const definition = consumer === undefined ? null : partitionsOf(consumer);
  if ("from" in partitions) {
    if (definition === null) throw new HeadgateError("E_SCENARIO", `${where}: ${dag} is not partitioned, so from and to mean nothing`, { where });
    return asScenarioError(
      () => keysBetween(definition, partitions.from, partitions.to),
      () => where,
    );
  }
  const why = definition === null ? null : (partitions.map((key) => checkKey(definition, key)).find((wrong) => wrong !== null) ?? null);
  if (why !== null) throw new HeadgateError("E_SCENARIO", `${where}: ${why}`, { where });
  return partitions;
}

function deploy(world: World, instant: Instant, { catalog, scripts, paths }: Deploy, path: string): void {
  const before = instant.registered.length;
  const revision = (world.registry.state.projects.scenario?.revision ?? 0) + 1;
  instant.apply([{ kind: "register", project: "scenario", revision, catalog }]);
  const reply = instant.registered[before];
  if (reply === undefined) throw new Error("a registration had no reply");
  if (!reply.ok) {
    const place = whereOf(reply.where, paths) ?? (path === "" ? "dags" : `${path}.register.dags`);
    throw new HeadgateError("E_SCENARIO", reply.where === undefined ? `${place}: ${reply.message}` : reply.message.replace(reply.where, place), {
      where: place,
    });
  }
  for (const [dag, script] of scripts) world.scripts.set(dag, script);
  for (const [dag, where] of paths) world.paths.set(dag, where);
  const recorded = [...world.events, ...world.registry.ledger.accepted()];
  for (const { dag } of reply.wants ?? []) instant.apply([{ kind: "handOver", dag, events: recorded, last: true }]);
}

/** Turns the machine's `dag mart.on.all[1]` into the scenario's `dags[0].on.all[1]`. */
function whereOf(where: string | undefined, paths: ReadonlyMap<string, string>): string | undefined {
  const match =
    where === undefined
      ? null
      : /^dag ([\w.-]+?)((?:\.(?:on|mode|debounce|batch|throttle|once|concurrency|priority|when\w+|expireAfter|maxPending|startAt|remember)\b.*)?)$/.exec(
          where,
        );
  const path = match === null ? undefined : paths.get(match[1] ?? "");
  return path === undefined ? where : `${path}${match?.[2] ?? ""}`;
}

function begin(world: World, start: RunStart, at: number, starts: Map<string, number>): void {
  const { dag, input } = start;
  const key = `${dag}\n${input.key ?? ""}`;
  const count = (starts.get(key) ?? 0) + 1;
  starts.set(key, count);
  if (count > MOST_STARTS) {
    const where = world.paths.get(dag) ?? "dags";
    throw new HeadgateError(
      "E_SCENARIO",
      `${where}: ${dag} started more than ${MOST_STARTS} runs in one instant; it starts itself, directly or through others`,
      { where, hint: "give its runs a duration, or break the cycle" },
    );
  }
  const mine = world.started.get(dag) ?? [];
  world.started.set(dag, mine);
  mine.push(start);
  const scripts = world.scripts.get(dag) ?? [];
  const script = scripts[mine.length - 1] ?? scripts.at(-1) ?? { duration: 0, outcome: "succeeded", outlets: [] };
  world.running.set(start.id, { start, script, endsAt: script.duration === null ? null : at + script.duration });
  world.record.started(start, at);
}

function nextEnd(world: World): number | null {
  let next: number | null = null;
  for (const { endsAt } of world.running.values()) if (endsAt !== null && (next === null || endsAt < next)) next = endsAt;
  return next;
}

/** Ends that are due, in the order of the starts. */
function endsDue(world: World, at: number): RegistryInput[] {
  const ends: RegistryInput[] = [];
  for (const running of world.running.values()) {
    if (running.endsAt !== null && running.endsAt <= at) ends.push({ kind: "runEnded", ...end(world, running, running.script.outcome, at) });
  }
  return ends;
}

function finish(world: World, action: Action, at: number): RegistryInput[] {
  if (action.kind !== "finish") return [];
  const start = world.started.get(action.dag)?.[action.run - 1];
  const running = start === undefined ? undefined : world.running.get(start.id);
  if (running === undefined) {
    world.record.warn(at, "W_NOT_RUNNING", `run ${action.run} of ${action.dag} is not running, so it cannot finish`);
    return [];
  }
  return [{ kind: "runEnded", ...end(world, running, action.outcome, at) }];
}

/** Only a run that succeeded publishes. An outlet without a partition is the run's own slice. */
function end(world: World, { start, script }: Running, status: EndStatus, at: number): RunEnded {
  world.running.delete(start.id);
  world.record.ended(start.id, status, at);
  const partition = start.input.partition ?? null;
  const outlets =
    status !== "succeeded"
      ? []
      : script.outlets.map(
          (outlet, index): EventInput => ({
            asset: outlet.asset,
            id: `${start.id}/${index + 1}`,
            partition: outlet.partition === undefined ? partition : outlet.partition,
            data: outlet.data ?? {},
          }),
        );
  return { run: start.id, temporalRunId: "1", dag: start.dag, status, partition, outlets };
}

function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
}
