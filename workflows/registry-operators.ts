import { defineQuery, defineUpdate, setHandler } from "@temporalio/workflow";
import { strictReader } from "../core/conditions/strict-json.ts";
import { isRecord } from "../core/json.ts";
import { type PendingQuestion, QUERIES, UPDATES } from "../core/registry-protocol.ts";
import { dagState, type OperatorInput, type OperatorReply, pendingOfDag, type Registry, type StepResult } from "../registry/index.ts";
import { unlessRefused } from "./refusal.ts";
import type { Shards } from "./registry-shards.ts";

/** By which update each operation is asked for. */
const UPDATE_OF = {
  pause: UPDATES.pauseDag,
  resume: UPDATES.resumeDag,
  hold: UPDATES.pauseRegistry,
  release: UPDATES.resumeRegistry,
  restore: UPDATES.noteRestore,
  import: UPDATES.noteImport,
  clear: UPDATES.clearPending,
  fire: UPDATES.runPending,
  redeliver: UPDATES.redeliver,
  mark: UPDATES.markRun,
} as const satisfies Record<OperatorInput["kind"], string>;

const WHAT = {
  pause: "Stop a DAG from starting; its events gather",
  resume: "Let a DAG start again",
  hold: "Hold the whole registry: events gather, nothing starts",
  release: "Let the registry go on",
  restore: "Note that the registry was restored",
  import: "Note that the registry was imported",
  clear: "Let go of what is pending for a DAG, or for one key of it",
  fire: "Start a run of a DAG with what has gathered, due or not",
  redeliver: "Give recorded events to one DAG again",
  mark: "Let a run that has ended count as succeeded",
} as const satisfies Record<OperatorInput["kind"], string>;

const read = strictReader("E_USAGE");

/** What concerns no single DAG. */
const WHOLE: ReadonlySet<OperatorInput["kind"]> = new Set(["hold", "release", "restore", "import"]);

export interface Operators {
  /** Answers the updates whose inputs were stepped. */
  answer(operated: StepResult["operated"]): void;
}

/**
 * What people ask of the registry, as updates that any Temporal client can send:
 * `temporal workflow update execute --workflow-id asset-registry --name pauseRegistry --input '{"by":"me"}'`.
 */
export function serveOperators(
  registry: () => Registry,
  shards: Pick<Shards, "answer" | "elsewhere">,
  ask: (input: OperatorInput, isThere: () => boolean) => Promise<void>,
): Operators {
  const replies = new Map<OperatorInput, OperatorReply>();
  for (const kind of Object.keys(UPDATE_OF) as OperatorInput["kind"][]) {
    setHandler(
      defineUpdate<unknown, [unknown]>(UPDATE_OF[kind]),
      async (given) => {
        const input = unlessRefused(() => readOperation(kind, given));
        if ("ok" in input) return input;
        const answer = "dag" in input ? shards.elsewhere(UPDATE_OF[kind], input.dag, given) : undefined;
        if (answer !== undefined) return await answer;
        await ask(input, () => replies.has(input));
        const reply = replies.get(input);
        replies.delete(input);
        return kind === "pause" || kind === "resume" ? dagState(registry(), (input as { readonly dag: string }).dag) : reply;
      },
      { description: WHAT[kind] },
    );
  }
  setHandler(defineQuery<unknown, [PendingQuestion]>(QUERIES.pending), (question) => shards.answer(() => pendingOfDag(registry(), question), question.dag));

  return {
    answer: (operated) => {
      for (const { input, reply } of operated) replies.set(input, reply);
    },
  };
}

/** Fields that are not known are left alone: a newer client may send them. Throws `E_USAGE`. */
function readOperation(kind: OperatorInput["kind"], given: unknown): OperatorInput {
  const where = UPDATE_OF[kind];
  const needsDag = !WHOLE.has(kind);
  const fields = read.object(given === undefined && !needsDag ? {} : given, where);
  for (const field of ["dag", "key", "by", "why", "request"])
    if (fields[field] !== undefined && typeof fields[field] !== "string") read.refuse(`${where}.${field}`, "it must be a text");
  if (needsDag && fields.dag === undefined) read.refuse(`${where}.dag`, "the update needs the id of a DAG");
  if (kind === "redeliver" && !(Array.isArray(fields.events) && fields.events.every(isRecorded)))
    read.refuse(`${where}.events`, "it must be events as the store has them: seq, at, time, asset, source, id, partition, data, hops");
  if (kind === "mark" && !isEndedRun(fields.run))
    read.refuse(`${where}.run`, "it must be a run as the store has it: run, partition, key, plan, cause, startedAt, events");
  return { ...fields, kind } as OperatorInput;
}

function isEndedRun(run: unknown): boolean {
  return (
    isRecord(run) &&
    typeof run.run === "string" &&
    typeof run.key === "string" &&
    (run.partition === null || typeof run.partition === "string") &&
    (run.plan === null || typeof run.plan === "string") &&
    isRecord(run.cause) &&
    Number.isFinite(run.startedAt) &&
    Number.isFinite(run.events)
  );
}

function isRecorded(event: unknown): boolean {
  return (
    isRecord(event) &&
    [event.seq, event.at, event.time, event.hops].every(Number.isFinite) &&
    [event.asset, event.source, event.id].every((text) => typeof text === "string") &&
    (event.partition === null || typeof event.partition === "string") &&
    isRecord(event.data)
  );
}
