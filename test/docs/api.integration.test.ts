import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningApi, serveApi } from "../../cli/serve-api.ts";
import { createReadWorld, type ReadWorld } from "../api/read-world.ts";
import { asset, catalog, catalogFact, DAY_ONE, event, eventFact, plan, runFact } from "../store/facts.ts";
import { readPage } from "./markdown.ts";

const RAW = "s3://lake/raw/orders";
const CLEAN = "s3://lake/clean/orders";

/** Each call that the page shows, with the answer that it shows below; an answer may say less than there is. */
const examples = [...readPage("docs/api.md").matchAll(/```sh\n([\s\S]*?)```\n\n```json\n([\s\S]*?)```/g)].map(([, call = "", answer = ""]) => ({
  call: call.trim(),
  answer: JSON.parse(answer) as object,
}));

let world: ReadWorld;
let api: RunningApi;
beforeAll(async () => {
  world = await createReadWorld();
  api = await serveApi({ app: world.app, host: "127.0.0.1", port: 0, guarded: true });
  const lake = catalog("lake", {
    assets: [asset(RAW, { owner: "data-platform" }), asset(CLEAN)],
    dags: [{ ...plan("orders-clean", { asset: RAW }, [CLEAN]), tags: ["clean-layer"] }],
  });
  await world.project([
    catalogFact(100, 1, lake),
    ...["2026-11-20", "2026-11-21", "2026-11-22"].map((partition, index) => eventFact(index + 1, event(index + 1, { partition }))),
    eventFact(4, event(4, { asset: CLEAN, partition: "2026-11-20" })),
    runFact(5, "orders-clean/e-1", { status: "failed", startedAt: DAY_ONE + 5_000, endedAt: DAY_ONE + 6_000 }),
  ]);
});
afterAll(async () => {
  await api.stop();
  await world[Symbol.asyncDispose]();
});

it("the page has examples", () => expect(examples.length).toBeGreaterThan(4));

it.each(examples)("$call", async ({ call, answer }) => {
  const { stdout } = await promisify(execFile)("sh", ["-c", call.replace("http://127.0.0.1:7280", api.url)]);
  expect(JSON.parse(stdout)).toMatchObject(answer);
});
