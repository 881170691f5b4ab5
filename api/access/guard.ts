import type { RegistryClient } from "../../client/registry.ts";
import { HeadgateError } from "../../core/errors.ts";
import { unknownName } from "../../core/unknown-name.ts";
import type { DagState } from "../../registry/index.ts";
import type { Action } from "../../store/operations.ts";
import type { ApiParts } from "../deps.ts";
import type { Caller } from "./caller.ts";
import { mayOperate, refused } from "./rights.ts";

/** What every route asks before it changes something, and what it leaves behind. */
export interface Guard {
  /** A deployed DAG that the caller may operate. Throws `E_ACCESS`; `E_DAG_UNKNOWN` only to whoever may operate everything. */
  dag(caller: Caller, dag: string): Promise<DagState>;
  /** The DAG of a run that the caller may operate. Throws `E_ACCESS`; `E_RUN_UNKNOWN` only to whoever may operate everything. */
  run(caller: Caller, run: string): Promise<string>;
  /** Throws `E_ACCESS`; `E_WATCHER_UNKNOWN` only to whoever may operate everything. */
  watcher(caller: Caller, watcher: string): Promise<void>;
  /** Throws `E_ACCESS` if one of the DAGs is not the caller's to operate, and if there is none to tell whose it is. */
  dags(caller: Caller, dags: Iterable<string>, what: string): Promise<void>;
  /** The DAGs of these that the caller may operate. */
  own(caller: Caller, dags: Iterable<string>): Promise<ReadonlySet<string>>;
  /**
   * Does what no fact of the registry tells, and adds it to the operations, also if it is refused. Nothing is done while the operations
   * cannot be written: throws `E_STORE`. Local use goes on, and is told.
   */
  recorded<T>(caller: Caller, action: Omit<Action, "by" | "refused">, work: () => Promise<T>): Promise<T>;
}

/** Every project, also one that does not exist: whoever may operate it may know what there is. */
const EVERY_PROJECT = "";

export function createGuard({ client, store, deployed, log, local }: Pick<ApiParts, "client" | "store" | "deployed" | "log" | "local">): Guard {
  const operatesAll = (caller: Caller): boolean => mayOperate(caller, EVERY_PROJECT);

  async function dag(caller: Caller, id: string): Promise<DagState> {
    const registry = await client.registry();
    const state = await registry.dag(id);
    if (state === null ? !operatesAll(caller) : !mayOperate(caller, state.project)) throw refused(caller, `operate DAG "${id}"`);
    if (state === null) throw await unknownDag(registry, id);
    return state;
  }

  async function own(caller: Caller, ids: Iterable<string>): Promise<ReadonlySet<string>> {
    if (operatesAll(caller)) return new Set(ids);
    const registry = await client.registry();
    const allowed = new Set<string>();
    for (const id of new Set(ids)) {
      const state = await registry.dag(id);
      if (state !== null && mayOperate(caller, state.project)) allowed.add(id);
    }
    return allowed;
  }

  return {
    dag,
    own,
    dags: async (caller, ids, what) => {
      const wanted = new Set(ids);
      if (operatesAll(caller)) return;
      if (wanted.size === 0 || (await own(caller, wanted)).size < wanted.size) throw refused(caller, what);
    },
    run: async (caller, run) => {
      const what = `operate run "${run}"`;
      const runs = await client.runs();
      const found = await runs.describe(run).catch((error: unknown) => {
        throw HeadgateError.is(error) && error.code === "E_RUN_UNKNOWN" && !operatesAll(caller) ? refused(caller, what) : error;
      });
      // Whoever has Temporal at hand may stop any workflow in there, also while nobody answers for the registry.
      if (local !== undefined) return found.dag;
      const state = await (await client.registry()).dag(found.dag);
      if (state !== null && state.taskQueue === found.taskQueue) {
        if (!mayOperate(caller, state.project)) throw refused(caller, what);
        return found.dag;
      }
      // A run whose DAG is gone, or a workflow that is no run at all, or none of this environment: the store knows.
      if (!operatesAll(caller)) throw refused(caller, what);
      if ((await store.showRun(run)) === undefined) throw new HeadgateError("E_RUN_UNKNOWN", `there is no run "${run}"`, { hint: "/v1/runs lists the runs" });
      return found.dag;
    },
    watcher: async (caller, id) => {
      // One that is not deployed any more may still run, and Temporal says what there is.
      if (local !== undefined) return;
      const what = `operate watcher "${id}"`;
      const project = (await deployed()).projectOfWatcher(id);
      if (project === undefined ? !operatesAll(caller) : !mayOperate(caller, project)) throw refused(caller, what);
      if (project === undefined)
        throw new HeadgateError("E_WATCHER_UNKNOWN", `no deployed watcher is called "${id}"`, { hint: "/v1/watchers lists the watchers" });
    },
    recorded: async (caller, action, work) => {
      if (local === undefined) await store.ping();
      const outcome = await work().then(
        (value) => ({ value, refused: undefined }),
        (error: unknown) => ({ error, refused: HeadgateError.is(error) ? error.code : "E_REGISTRY_UNREACHABLE" }),
      );
      const entry = { ...action, by: caller.name, ...(outcome.refused === undefined ? {} : { refused: outcome.refused, request: undefined }) };
      await store.recordAction(entry).catch((error: unknown) => {
        if (local === undefined) {
          // It is done: if the store went away this moment, the log is where it stands.
          log.warn("an operation could not be written to the store", entry);
        } else if (HeadgateError.is(error)) local.unrecorded(error);
        else throw error;
      });
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    },
  };
}

async function unknownDag(registry: RegistryClient, id: string): Promise<HeadgateError> {
  const known = (await registry.state()).consumers.map((one) => one.dag);
  return unknownName("E_DAG_UNKNOWN", `no deployed DAG is called ${id}`, id, known, "/v1/dags lists what is deployed");
}
