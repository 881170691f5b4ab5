import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AssetDefinition, DagDefinition, TaskHandler, TaskSource } from "../definition.ts";
import { HeadgateError } from "../errors.ts";
import type { PlanEdge, PlanNeed, PlanSource, PlanTask } from "../plan.ts";
import type { SqlTask } from "../sql/sql-task.ts";
import { readAirflow } from "./airflow-task.ts";
import { isAllEvents } from "./all-events.ts";
import { readAssetWait } from "./asset-wait.ts";
import { endsOf, type OpenGroup, openGroup } from "./group.ts";
import { checkId } from "./ids.ts";
import { readMap } from "./map-options.ts";
import { checkOptionNames } from "./option-names.ts";
import { readOutlets } from "./outlets.ts";
import { isAsset, isTaskRef, unknownReference } from "./references.ts";
import { readConsume, readTaskSource, readWaitFor } from "./source-task.ts";
import { readSql } from "./sql.ts";
import { readSubRun } from "./sub-run.ts";
import type { PathRef, Scope, TaskOptions, TaskRef } from "./task.ts";
import type { GroupOptions, GroupRef } from "./task-kinds.ts";
import { checkTriggerRule, readLongest, resolveTaskOptions, type TaskDefaults } from "./task-options.ts";
import {
  attemptTimeout,
  COMMON,
  END,
  handlerOf,
  nonEmpty,
  OPTION_NAMES,
  OWN,
  pathsOf,
  type RawSpec,
  retriesOf,
  SPARE,
  schemaOf,
  WAIT,
  WAITING,
} from "./task-spec.ts";
import { readApproval, readSleep, readUntil } from "./wait-options.ts";

/** What the callback of `dag` built. */
export interface BuiltTasks {
  readonly tasks: readonly PlanTask[];
  readonly handlers: ReadonlyMap<string, TaskHandler>;
  readonly returns: ReadonlyMap<string, StandardSchemaV1>;
  readonly sources: ReadonlyMap<string, TaskSource>;
  readonly scripts: ReadonlyMap<string, SqlTask>;
  readonly subRuns: ReadonlyMap<string, DagDefinition>;
  readonly assets: ReadonlyMap<string, AssetDefinition>;
}

/**
 * Collects the tasks of one DAG. `consumable` are the URIs of the condition whose events a task may ask for.
 * References are compared by identity, so one of another DAG is found out even if a task here has the same id.
 */
export function collectTasks(dag: string, defaults: TaskDefaults, consumable: ReadonlySet<string>, build: (scope: Scope<never, never>) => unknown): BuiltTasks {
  const tasks = new Map<string, PlanTask>();
  const handlers = new Map<string, TaskHandler>();
  const returns = new Map<string, StandardSchemaV1>();
  const sources = new Map<string, TaskSource>();
  const scripts = new Map<string, SqlTask>();
  const subRuns = new Map<string, DagDefinition>();
  const assets = new Map<string, AssetDefinition>();
  const references = new Set<unknown>();
  const groups = new Map<string, GroupRef>();
  let open = true;
  /** The groups around the task that is added, the outermost first. */
  let around: readonly OpenGroup[] = [];

  function add(
    kind: PlanTask["kind"],
    id: string,
    spec: RawSpec,
    own: (where: string) => Partial<PlanTask>,
    options: readonly string[] = OPTION_NAMES[kind],
  ): void {
    const where = `dag ${dag}, task ${id}`;
    if (tasks.has(id) || groups.has(id)) {
      throw new HeadgateError("E_DUPLICATE_ID", `dag ${dag} has two tasks with the id "${id}"`, { where, hint: "give one of them another id" });
    }
    checkOptionNames(spec, options, where);
    const waits = WAITING.includes(kind);
    const task: PlanTask = {
      id,
      kind,
      needs: readNeeds(spec.needs ?? {}, where),
      after: readAfter(spec.after ?? [], where),
      when: checkTriggerRule(spec.when, where),
      // How long is waited is said by the wait: no attempt of it takes any time.
      ...(waits ? resolveTaskOptions(retriesOf(spec), {}, where) : resolveTaskOptions(spec as TaskOptions, defaults, where)),
      outlets: [],
      ...(spec.pool === undefined ? {} : { pool: checkId("pool", spec.pool, where) }),
      ...own(where),
      ...(spec.description === undefined ? {} : { description: spec.description }),
    };
    const entered = around.flatMap((group) => group.enter(task));
    tasks.set(id, entered.length === 0 ? task : { ...task, after: [...task.after, ...entered] });
  }

  /** The whole id of what is called `id` inside of these groups. */
  function nameIn(inside: readonly OpenGroup[], id: string): string {
    if (!open) {
      throw new HeadgateError("E_REFERENCE", `task "${id}" is added to dag ${dag} after dag(...) returned`, {
        where: `dag ${dag}`,
        hint: "call d.task inside the callback, and not in a function that runs later",
      });
    }
    checkId("task", id, `dag ${dag}`);
    const outer = inside.at(-1);
    return outer === undefined ? id : `${outer.id}.${id}`;
  }

  function readNeeds(needs: Readonly<Record<string, unknown>>, where: string): readonly PlanNeed[] {
    return Object.entries(needs).map(([name, value]): PlanNeed => {
      if (name === "__proto__") {
        throw new HeadgateError("E_REFERENCE", `${where} has a need with the name __proto__`, { where, hint: "give it another name" });
      }
      if (isTaskRef(value) && references.has(value)) {
        return { name, task: value.id };
      }
      if (isAllEvents(value)) {
        return { name, events: "all" };
      }
      if (isAsset(value)) {
        if (consumable.has(value.uri)) {
          return { name, asset: value.uri };
        }
        const known = [...consumable].join(", ");
        throw new HeadgateError("E_REFERENCE", `${where} needs the events of ${value.uri} as "${name}", but the DAG's condition does not wait for that asset`, {
          where,
          hint: known === "" ? "put the asset into the DAG's `on`" : `put it into the DAG's \`on\`, which has ${known}`,
        });
      }
      throw unknownReference(`need "${name}"`, value, where);
    });
  }

  function readAfter(after: readonly unknown[], where: string): readonly PlanEdge[] {
    return after.flatMap((value, index) => {
      if (!references.has(value)) throw unknownReference(`after[${index}]`, value, where);
      const reference = value as TaskRef | PathRef | GroupRef;
      if (reference.kind === "group") return endsOf(reference.id, tasks.values());
      return [reference.kind === "path" ? { task: reference.id, path: reference.path } : { task: reference.id }];
    });
  }

  /** The task in an option, which becomes a need of that name. */
  function readTask(name: string, value: unknown, where: string): PlanNeed {
    if (isTaskRef(value) && references.has(value)) return { name, task: value.id };
    throw unknownReference(`"${name}"`, value, where);
  }

  function addSource(id: string, spec: RawSpec, options: readonly string[], read: (where: string) => PlanSource): void {
    const own = (where: string): Partial<PlanTask> => {
      const source = read(where);
      return { source, timeout: attemptTimeout(source) };
    };
    add("source", id, spec, own, options);
  }

  /** Keeps the handler and the outlets of what has code. */
  function withCode(id: string, spec: RawSpec, where: string): Pick<PlanTask, "outlets" | "dynamicOutlets"> {
    handlers.set(id, handlerOf(spec, where));
    return withOutlets(spec, where);
  }

  function withOutlets(spec: RawSpec, where: string): Pick<PlanTask, "outlets" | "dynamicOutlets"> {
    const { outlets, definitions } = readOutlets(spec.outlets === "dynamic" ? [] : spec.outlets, where);
    for (const definition of definitions) assets.set(definition.uri, definition);
    return { outlets, ...(spec.outlets === "dynamic" ? { dynamicOutlets: true } : {}) };
  }

  function refer<T>(reference: object): T {
    references.add(Object.freeze(reference));
    // The type of the value is for the compiler only.
    return reference as T;
  }

  function addTeardown(id: string, spec: RawSpec): void {
    add(
      "task",
      id,
      spec,
      (where) => {
        const setup = readTask("setup", spec.setup, where);
        const needs = readNeeds(spec.needs ?? {}, where);
        if (needs.some(({ name }) => name === "setup")) {
          throw new HeadgateError("E_REFERENCE", `${where} has a need called "setup", which is the value of its setup`, {
            where,
            hint: "give it another name",
          });
        }
        const teardown = { setup: (spec.setup as TaskRef).id, failsRun: spec.failsRun === true };
        return { needs: [setup, ...needs], when: "all-done", ...withCode(id, spec, where), teardown };
      },
      [...OWN, "needs", "setup", "failsRun", "outlets", "run"],
    );
  }

  function addAtEnd(id: string, spec: RawSpec, atEnd: "succeeded" | "failed"): void {
    add("task", id, spec, (where) => ({ ...withCode(id, spec, where), atEnd }), END);
  }

  function addGroup(id: string, inside: readonly OpenGroup[], options: GroupOptions, fill: unknown): GroupRef {
    const where = `dag ${dag}, group ${id}`;
    if (tasks.has(id) || groups.has(id)) {
      throw new HeadgateError("E_DUPLICATE_ID", `dag ${dag} has two tasks or groups with the id "${id}"`, { where, hint: "give one of them another id" });
    }
    checkOptionNames(options, ["after"], where);
    if (typeof fill !== "function")
      throw new HeadgateError("E_OPTION", `${where} has no callback`, { where, hint: "write d.group(id, (g) => { g.task(...) })" });
    const group = openGroup(id, readAfter(options.after ?? [], where));
    const result: unknown = fill(scopeIn([...inside, group]));
    if (group.isEmpty())
      throw new HeadgateError("E_OPTION", `${where} has no tasks`, { where, hint: "add them with what the callback is given: (g) => g.task(...)" });
    const reference = refer<GroupRef>({ kind: "group", id, tasks: result });
    groups.set(id, reference);
    return reference;
  }

  /** What tasks inside of these groups are added with. */
  function scopeIn(inside: readonly OpenGroup[]): object {
    const named = Object.entries(kinds).map(([kind, addKind]) => [
      kind,
      (name: string, ...rest: readonly never[]): unknown => {
        const id = nameIn(inside, name);
        around = inside;
        return (addKind as (id: string, ...rest: readonly never[]) => unknown)(id, ...rest);
      },
    ]);
    return Object.freeze({
      ...Object.fromEntries(named),
      group: (name: string, given: unknown, fill?: unknown) =>
        typeof given === "function" ? addGroup(nameIn(inside, name), inside, {}, given) : addGroup(nameIn(inside, name), inside, given as GroupOptions, fill),
    });
  }

  const kinds = {
    task(id: string, spec: RawSpec): TaskRef {
      add("task", id, spec, (where) => withCode(id, spec, where));
      return refer<TaskRef>({ kind: "task", id });
    },
    map(id: string, spec: RawSpec): TaskRef {
      add("map", id, spec, (where) => ({ needs: [readTask("over", spec.over, where)], ...withCode(id, spec, where), map: readMap(spec, where) }));
      return refer<TaskRef>({ kind: "task", id });
    },
    sql(id: string, spec: RawSpec): TaskRef {
      add("sql", id, spec, (where) => {
        const script = readSql(spec, where);
        scripts.set(id, script);
        return { ...withOutlets(spec, where), connection: script.connection.name };
      });
      return refer<TaskRef>({ kind: "task", id });
    },
    run(id: string, dag: unknown, spec: RawSpec = {}): TaskRef {
      const own = (where: string): Partial<PlanTask> => {
        const read = readSubRun(dag, spec, where);
        subRuns.set(id, read.dag);
        return { subRun: read.subRun, ...(isTaskRef(spec.params) ? { needs: [readTask("params", spec.params, where)] } : {}) };
      };
      add("run", id, spec, own, [...WAIT, "retries", "backoff", "params", "partition", "wait"]);
      return refer<TaskRef>({ kind: "task", id });
    },
    sleep(id: string, spec: RawSpec): TaskRef {
      add("wait", id, spec, (where) => ({ wait: readSleep(spec, where) }), [...WAIT, "for"]);
      return refer<TaskRef>({ kind: "task", id });
    },
    waitUntil(id: string, spec: RawSpec): TaskRef {
      const given = (where: string): Partial<PlanTask> =>
        isTaskRef(spec.until) ? { needs: [readTask("until", spec.until, where)], wait: { for: "instant" } } : { wait: readUntil(spec, where) };
      add("wait", id, spec, given, [...WAIT, "until"]);
      return refer<TaskRef>({ kind: "task", id });
    },
    approve(id: string, spec: RawSpec = {}): TaskRef {
      add("wait", id, spec, (where) => ({ wait: readApproval(spec, where) }), [...WAIT, "timeout", "onTimeout"]);
      return refer<TaskRef>({ kind: "task", id });
    },
    waitForAsset(id: string, asset: unknown, spec: RawSpec = {}): TaskRef {
      const wait = (where: string): Partial<PlanTask> => {
        if (!isAsset(asset)) throw unknownReference("the asset", asset, where);
        assets.set(asset.uri, asset);
        return { wait: readAssetWait(asset, spec, where) };
      };
      add("wait", id, spec, wait, [...WAIT, "partition", "where", "timeout", "onTimeout"]);
      return refer<TaskRef>({ kind: "task", id });
    },
    consume(id: string, source: unknown, spec: RawSpec = {}): TaskRef {
      addSource(id, spec, [...WAIT, "retries", "backoff", "max", "wait", "startAt", "every"], (where) => {
        sources.set(id, readTaskSource(source, spec, "beginning", where));
        return readConsume(spec, where);
      });
      return refer<TaskRef>({ kind: "task", id });
    },
    waitFor(id: string, source: unknown, spec: RawSpec = {}): TaskRef {
      addSource(id, spec, [...WAIT, "match", "timeout", "onTimeout", "startAt", "every"], (where) => {
        sources.set(id, readTaskSource(source, spec, "now", where));
        return readWaitFor(spec, where);
      });
      return refer<TaskRef>({ kind: "task", id });
    },
    airflow(id: string, spec: RawSpec & Readonly<Record<string, unknown>>): TaskRef {
      add("airflow", id, spec, (where) => {
        const { airflow, conf } = readAirflow(spec, where);
        if (conf !== undefined) handlers.set(id, conf);
        if (airflow.xcom !== undefined) returns.set(id, schemaOf(spec, where));
        return { airflow, timeout: airflow.timeout + SPARE };
      });
      return refer<TaskRef>({ kind: "task", id });
    },
    branch(id: string, spec: RawSpec): Readonly<Record<string, PathRef>> {
      add("branch", id, spec, (where) => {
        handlers.set(id, handlerOf(spec, where));
        return { paths: pathsOf(spec, where) };
      });
      const paths = (tasks.get(id)?.paths ?? []).map((path) => [path, refer<PathRef>({ kind: "path", id, path })] as const);
      return Object.freeze(Object.assign(Object.create(null) as object, Object.fromEntries(paths)));
    },
    shortCircuit(id: string, spec: RawSpec): TaskRef {
      add("task", id, spec, (where) => ({ ...withCode(id, spec, where), shortCircuit: true }), [...COMMON, "run"]);
      return refer<TaskRef>({ kind: "task", id });
    },
    teardown(id: string, spec: RawSpec): TaskRef {
      addTeardown(id, spec);
      return refer<TaskRef>({ kind: "task", id });
    },
    onFailure: (id: string, spec: RawSpec): void => addAtEnd(id, spec, "failed"),
    onSuccess: (id: string, spec: RawSpec): void => addAtEnd(id, spec, "succeeded"),
    external(id: string, spec: RawSpec): TaskRef {
      add("external", id, spec, (where) => {
        returns.set(id, schemaOf(spec, where));
        const heartbeat = readLongest(spec.heartbeat, `${where}, heartbeat`);
        const place = { taskQueue: nonEmpty(spec.taskQueue, "taskQueue", where), activity: nonEmpty(spec.activity, "activity", where) };
        return { ...place, ...(heartbeat === undefined ? {} : { heartbeat }) };
      });
      return refer<TaskRef>({ kind: "task", id });
    },
  };

  const result = build(scopeIn([]) as unknown as Scope<never, never>);
  open = false;
  if (typeof result === "object" && result !== null && "then" in result) {
    throw new HeadgateError("E_OPTION", `the callback of dag ${dag} is async`, {
      where: `dag ${dag}`,
      hint: "the callback only says which tasks there are: make it an ordinary function and put what waits into a task's run",
    });
  }
  return { tasks: [...tasks.values()], handlers, returns, sources, scripts, subRuns, assets };
}
