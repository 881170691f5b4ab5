import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { headgate } from "../cli/headgate.ts";
import { check, NOTHING_FOUND } from "../faults/checker.ts";
import { batch, each } from "../faults/dags/faults.ts";
import { openScene } from "../faults/scene.ts";
import { until } from "../faults/until.ts";

it("a registry that is exported and imported under load goes on where it stood, and no other file is taken", { timeout: 300_000 }, async () => {
  await using scene = await openScene();
  await scene.startWorker();
  await scene.deploy();
  const file = join(scene.folder, "..", "registry.json");
  const env = {
    TEMPORAL_ADDRESS: scene.servers.temporalAddress,
    TEMPORAL_NAMESPACE: scene.servers.namespace,
    HEADGATE_ENVIRONMENT: scene.servers.environment,
    HEADGATE_DATABASE_URL: scene.servers.databaseUrl,
  };
  const call = (...args: string[]) => headgate(["registry", ...args], { env, cwd: join(scene.folder, "..") });
  await scene.registry.pause("fault-batch", "anna");
  await scene.generator.publish(batch, 5);
  const loading = (async () => {
    for (let n = 0; n < 20; n += 1) await scene.generator.publish(each, 3, { work: 20 });
  })();
  await until("runs have begun", () => scene.lines().length > 5, 60_000);

  const refused = await call("export", file);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("error E_REGISTRY_RUNS") });
  const exported = await call("export", file, "--close", "--json");
  expect(exported).toMatchObject({ code: 0, stderr: "" });
  const text = await readFile(file, "utf8");
  expect(JSON.parse(text)).toMatchObject({ format: "headgate-registry", schema: expect.any(Number), hash: exported.json<{ hash: string }>().hash });
  expect((await scene.client.workflow.getHandle(scene.names.registry).describe()).status.name).toBe("COMPLETED");

  await writeFile(`${file}.edited`, text.replace('"by":"anna"', '"by":"otto"'));
  expect((await call("import", `${file}.edited`)).stderr).toContain("error E_STATE: the export was changed since it was written");
  expect((await call("import", file, "--shards", "9")).stderr).toContain("error E_SHARDS");
  expect(await call("import", file, "--shards", "1", "--reason", "moved")).toMatchObject({ code: 0, stdout: expect.stringContaining("the registry goes on") });
  expect((await call("import", file)).stderr).toContain("error E_REGISTRY_RUNS");
  await loading;

  expect((await scene.registry.state()).consumers.find(({ dag }) => dag === "fault-batch")).toMatchObject({ pending: 5, paused: { by: "anna" } });
  await scene.registry.resume("fault-batch");
  await scene.settle(150_000);
  for (const [dag, asset] of [
    ["fault-each", each],
    ["fault-batch", batch],
  ] as const) {
    const { findings } = await check(scene, { dag, asset: asset.uri });
    expect({ dag, ...findings }).toEqual({ dag, ...NOTHING_FOUND });
  }
  expect((await scene.store.listOperations({ limit: 1 })).map(({ operation }) => operation)).toEqual(["resume"]);
  // An export that is not the last state would consume events again.
  await scene.registry.closeForExport();
  await until("the registry is closed", async () => (await scene.client.workflow.getHandle(scene.names.registry).describe()).status.name === "COMPLETED");
  expect((await call("import", file)).stderr).toContain("error E_STATE: the registry went on after the export");
  expect((await call("restore", "--json")).json()).toMatchObject({ how: "reopened", answers: true });
});
