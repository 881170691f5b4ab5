import { beforeAll, expect, it } from "vitest";
import { loadWorkflowBundle } from "../../runtime/workflow-bundle.ts";
import { openRegistryWorld } from "./registry-world.ts";

beforeAll(async () => void (await loadWorkflowBundle()));

it.each([
  ["pauseDag", undefined, "pauseDag: undefined is no object"],
  ["pauseDag", { dag: 7 }, "pauseDag.dag: it must be a text"],
  ["clearPending", { by: "ada" }, "clearPending.dag: the update needs the id of a DAG"],
  ["pauseRegistry", "now", 'pauseRegistry: "now" is no object'],
  ["redeliver", { dag: "orders", events: [{ seq: 1 }] }, expect.stringContaining("redeliver.events: it must be events as the store has them")],
  ["cancelBackfill", { id: 7 }, "cancelBackfill.id: 7 is no text, or an empty one"],
])("answers %s with %j by a refusal with a code, and goes on", async (name, given, message) => {
  await using world = await openRegistryWorld([]);
  await world.start();
  expect(await world.handle.executeUpdate<unknown, [unknown]>(name, { args: [given] })).toMatchObject({ ok: false, code: "E_USAGE", message });
  expect(await world.registry.hold({ by: "ada" })).toMatchObject({ did: true });
});
