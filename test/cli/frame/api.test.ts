import { expect, it } from "vitest";
import { openApi } from "../../../cli/frame/api.ts";
import { createServers } from "../../../cli/frame/connect.ts";
import { exitCodeOf } from "../../../cli/frame/exit-codes.ts";
import { HeadgateError } from "../../../core/errors.ts";
import { loadConfig } from "../../../runtime/config.ts";
import { createApiWorld } from "../../api/api-world.ts";

/** The API as a command gets it, where neither Temporal nor Postgres answers. */
async function apiWith(env: Readonly<Record<string, string>>) {
  const said: string[] = [];
  const config = await loadConfig({ cwd: "/nowhere", env: { TEMPORAL_ADDRESS: "127.0.0.1:1", HEADGATE_STATE_DIR: "nowhere", ...env } });
  const servers = createServers(config);
  return { said, api: await openApi({ config, servers: async () => servers, output: { note: (line) => void said.push(line) } }) };
}

async function refusalOf(answer: Promise<unknown>): Promise<HeadgateError> {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!HeadgateError.is(error)) throw new TypeError("it was not refused", { cause: error });
  return error;
}

it("asks the API whose address is given, with the token, and fails as that says", async () => {
  await using world = await createApiWorld({ tokens: { boss: "admin", viewer: "read" } });
  const { api } = await apiWith({ HEADGATE_API: world.url, HEADGATE_TOKEN: "boss" });
  expect(await api.post("/v1/events", { body: [{ asset: "s3://lake/raw", id: "a" }] })).toEqual({ accepted: 1, ids: ["a"] });
  const { api: viewer } = await apiWith({ HEADGATE_API: world.url, HEADGATE_TOKEN: "viewer" });
  const refused = await refusalOf(viewer.post("/v1/events", { body: [{ asset: "s3://lake/raw" }] }));
  expect(refused).toMatchObject({ code: "E_ACCESS", message: expect.stringContaining('may not publish "s3://lake/raw"'), hint: expect.any(String) });
  expect(exitCodeOf(refused.code)).toBe(1);
});

it("says that nobody listens at the address", async () => {
  const { api } = await apiWith({ HEADGATE_API: "http://127.0.0.1:1" });
  expect(await refusalOf(api.get("/v1/runs"))).toMatchObject({ code: "E_API_UNREACHABLE", message: expect.stringContaining("http://127.0.0.1:1") });
});

it.each([
  ["what needs the store says that none is configured", (api) => api.get("/v1/runs"), "E_CONFIG", 2],
  ["what needs the registry says that Temporal does not answer", (api) => api.get("/v1/registry"), "E_TEMPORAL_UNREACHABLE", 1],
  ["what is asked wrongly is refused as an input", (api) => api.get("/v1/runs", { query: { since: "yesterday" } }), "E_API_REQUEST", 2],
] as const satisfies readonly (readonly [string, (api: Awaited<ReturnType<typeof apiWith>>["api"]) => Promise<unknown>, string, number])[])(
  "without an address it answers itself: %s",
  async (_, ask, code, exit) => {
    const { api } = await apiWith({});
    const refused = await refusalOf(ask(api));
    expect(refused.code).toBe(code);
    expect(exitCodeOf(refused.code)).toBe(exit);
  },
);

it("says in full why the store does not answer, as no answer over a network does", async () => {
  const { api } = await apiWith({ HEADGATE_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" });
  expect(await refusalOf(api.get("/v1/runs"))).toMatchObject({ code: "E_STORE", message: expect.stringContaining("ECONNREFUSED") });
});
