import { userInfo } from "node:os";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { beforeAll, describe, expect, it } from "vitest";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import * as workflows from "../../workflows/index.ts";
import { attributesOf, type HistoryEventJson, type RecordedHistory, readHistories, textOf, workflowTypeOf } from "../histories/history-file.ts";
import { fromJson } from "../histories/history-json.ts";

const recorded = readHistories();
const registry = recorded.filter(({ history }) => workflowTypeOf(history) === "assetRegistry");

/** Replays histories against the workflows as they are now; the error of each, if there is one. */
async function replay(histories: readonly RecordedHistory[]): Promise<readonly (Error | undefined)[]> {
  const results = Worker.runReplayHistories(
    { workflowBundle: await loadWorkflowBundle() },
    histories.map(({ workflowId, history }) => ({ workflowId, history: fromJson(history) })),
  );
  const errors: (Error | undefined)[] = [];
  for await (const { error } of results) errors.push(error);
  return errors;
}

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger("ERROR"), telemetryOptions: { logging: { filter: "OFF" } } });
});

describe("the recorded histories", () => {
  it("replay against the current workflows, all of them", { timeout: 60_000 }, async () => {
    const errors = await replay(recorded);
    expect(errors).toHaveLength(recorded.length);
    const failed = recorded.flatMap(({ name }, index) => (errors[index] === undefined ? [] : [`${name}: ${errors[index]?.message}`]));
    expect(failed, "runs that are under way would be stuck; if nothing runs yet that must go on, record anew with `npm run histories`").toEqual([]);
  });

  it("are of every workflow that there is", () => {
    const types = new Set(recorded.map(({ history }) => workflowTypeOf(history)));
    const { default: dagRun, ...named } = workflows;
    expect(dagRun).toBeTypeOf("function");
    expect([...types]).toEqual(expect.arrayContaining(Object.keys(named)));
    // DAG ids, which run the default export.
    expect([...types].filter((type) => !Object.hasOwn(named, type)).length).toBeGreaterThan(5);
  });

  it.each<readonly [what: string, where: readonly RecordedHistory[], found: (event: HistoryEventJson) => boolean]>([
    ["a registry that was started without an input", registry, (event) => isOf("WORKFLOW_EXECUTION_STARTED")(event) && payloadsOf(event).length === 0],
    ["a registry that continued as new", registry, isOf("WORKFLOW_EXECUTION_CONTINUED_AS_NEW")],
    ["runs that were started as children", registry, isOf("CHILD_WORKFLOW_EXECUTION_STARTED")],
    ["a child that was terminated", registry, isOf("CHILD_WORKFLOW_EXECUTION_TERMINATED")],
    ["a child that was cancelled", registry, isOf("CHILD_WORKFLOW_EXECUTION_CANCELED")],
    ["runs that were started by dispatch", registry, isActivity("dispatch")],
    ["events that a worker checked", registry, isActivity("checkEvents")],
    ["facts on their way to the store", registry, isActivity("project")],
    ["facts that a projector took", registry, (event) => isChild("factProjector")(event) || isActivity("startProjector")(event)],
    ["a run that the registry asked about", registry, isActivity("reconcile")],
    ["a deploy", registry, isUpdate("registerCatalog")],
    ["a catalogue that the state names by its hash", registry, isActivity("loadCatalog")],
    ["a catalogue that is to be kept elsewhere", registry, isActivity("keepCatalog")],
    ["a catalogue that is not needed any more", named("registry-catalog"), isOf("WORKFLOW_EXECUTION_COMPLETED")],
    ["pending events that left the state", registry, isActivity("keepStretch")],
    ["pending events that came back to it", registry, isActivity("readStretch")],
    ["pending events that nobody refers to any more", registry, isActivity("releaseStretches")],
    ["a pause", registry, isUpdate("pauseDag")],
    ["a resume", registry, isUpdate("resumeDag")],
    ["a timer that rang", registry, isOf("TIMER_FIRED")],
    ["a signal that cannot be decoded", registry, (event) => isOf("WORKFLOW_EXECUTION_SIGNALED")(event) && encodingsOf(event).includes("binary/encrypted")],
    ["a run that announced itself", named("dag-run-branch"), isMarker("announceRun")],
    ["a task that failed", named("dag-run-failed"), isOf("ACTIVITY_TASK_FAILED")],
    [
      "a task that was tried three times",
      named("dag-run-retries"),
      (event) => event.eventType === "EVENT_TYPE_ACTIVITY_TASK_STARTED" && attributesOf(event).attempt === 3,
    ],
    ["a task that was cancelled with its run", named("dag-run-cancelled"), isOf("ACTIVITY_TASK_CANCELED")],
    ["a cancelled run", named("dag-run-cancelled"), isOf("WORKFLOW_EXECUTION_CANCELED")],
    ["a task in its second round", named("dag-run-lost-worker"), (event) => attributesOf(event).activityId === "waits#2"],
    ["outlets in the middle of a run", named("dag-run-outlets"), isMarker("publishOutlets")],
    ["outlets at its end", named("dag-run-outlets"), isMarker("reportEnd")],
    ["a task of somebody else", named("dag-run-external"), isActivity("addUp")],
    ["a wait for a time", named("dag-run-waits"), isOf("TIMER_FIRED")],
    ["an answer of a person", named("dag-run-waits"), isUpdate("answer")],
    ["a map", named("dag-run-map"), isChild("mapItems")],
    ["an item of a map that was tried again", named("map-items"), (event) => attributesOf(event).attempt === 2],
    ["an item of a map that failed for good", named("map-items"), isOf("ACTIVITY_TASK_FAILED")],
    ["a place of a pool", named("dag-run-pool"), isChild("pooledTask")],
    ["a task whose turn it is in a pool", named("dag-run-pool"), isOf("WORKFLOW_EXECUTION_SIGNALED")],
    ["a pool that says whose turn it is", named("task-pool"), isOf("EXTERNAL_WORKFLOW_EXECUTION_SIGNALED")],
    ["a task that raced for a place, as before there were turns", named("dag-run-pool-race"), isActivity("findSlot")],
    ["a run below a run", named("dag-run-teardown"), isChild("broken")],
    ["a teardown after a failure", named("dag-run-teardown"), (event) => attributesOf(event).activityId === "down"],
    [
      "a run by dispatch",
      named("dag-run-dispatched"),
      (event) => event.eventType === "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED" && attributesOf(event).parentWorkflowExecution == null,
    ],
    ["a run whose input was refused", named("dag-run-bad-input"), isOf("WORKFLOW_EXECUTION_FAILED")],
    ["a watcher's session", named("watcher"), isActivity("watchSession")],
    ["a watcher that got a new position", named("watcher"), isActivity("resetWatcher")],
    ["a watcher that was cancelled", named("watcher"), isOf("WORKFLOW_EXECUTION_CANCELED")],
  ])("have %s", (_, where, found) => {
    expect(where.flatMap(({ history }) => history.events.filter(found))).not.toHaveLength(0);
  });

  it("carry nothing of the machine that recorded them", () => {
    for (const { name, history } of recorded) {
      const text = textOf(history);
      const homes = text.match(/(?:\/(?:home|Users|root|tmp|var|work|mnt|private)\/|[A-Z]:\\)[^\s"')]*/g) ?? [];
      const processes = text.match(/\b\d+@[\w.-]+/g) ?? [];
      expect([...homes, ...processes], name).toEqual([]);
      expect(text, name).not.toContain(`/${userInfo().username}/`);
    }
  });
});

describe("a history that the workflows would not have made", () => {
  it.each<readonly [what: string, name: string, change: (event: HistoryEventJson) => HistoryEventJson]>([
    ["another task first", "dag-run-outlets", renameActivity("orders-clean.load", "orders-clean.save")],
    ["another child", "asset-registry-1", renameChild("orders-clean", "orders-mart")],
    ["another activity of the registry", "asset-registry-2", renameActivity("project", "dispatch")],
    ["another activity of a watcher", "watcher", renameActivity("watchSession", "resetWatcher")],
  ])("is found out: %s", async (_, name, change) => {
    const [original] = named(name);
    const tampered = (original as RecordedHistory).history.events.map(change);
    expect(tampered).not.toEqual(original?.history.events);
    const [error] = await replay([{ ...(original as RecordedHistory), history: { events: tampered } }]);
    expect(error?.name).toBe("DeterminismViolationError");
  });
});

function named(name: string): readonly RecordedHistory[] {
  return recorded.filter((one) => one.name === name);
}

function isOf(type: string): (event: HistoryEventJson) => boolean {
  return ({ eventType }) => eventType === `EVENT_TYPE_${type}`;
}

function isActivity(name: string): (event: HistoryEventJson) => boolean {
  return (event) => (attributesOf(event).activityType as { readonly name?: string } | undefined)?.name === name;
}

function isChild(type: string): (event: HistoryEventJson) => boolean {
  return (event) => event.eventType === "EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED" && textOf(attributesOf(event).workflowType) === type;
}

function isUpdate(name: string): (event: HistoryEventJson) => boolean {
  return (event) => event.eventType === "EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED" && textOf(event).split("\n").includes(name);
}

/** Local activities are markers, which name them in their data. */
function isMarker(name: string): (event: HistoryEventJson) => boolean {
  return (event) => event.eventType === "EVENT_TYPE_MARKER_RECORDED" && textOf(event).includes(`"${name}"`);
}

function payloadsOf(event: HistoryEventJson): readonly { readonly metadata?: { readonly encoding?: string } }[] {
  return (attributesOf(event).input as { readonly payloads?: [] } | undefined)?.payloads ?? [];
}

function encodingsOf(event: HistoryEventJson): readonly string[] {
  return payloadsOf(event).map(({ metadata }) => Buffer.from(metadata?.encoding ?? "", "base64").toString());
}

function renameActivity(from: string, to: string): (event: HistoryEventJson) => HistoryEventJson {
  return (event) =>
    isActivity(from)(event) ? { ...event, activityTaskScheduledEventAttributes: { ...attributesOf(event), activityType: { name: to } } } : event;
}

function renameChild(from: string, to: string): (event: HistoryEventJson) => HistoryEventJson {
  return (event) =>
    event.eventType === "EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED" && textOf(attributesOf(event).workflowType) === from
      ? { ...event, startChildWorkflowExecutionInitiatedEventAttributes: { ...attributesOf(event), workflowType: { name: to } } }
      : event;
}
