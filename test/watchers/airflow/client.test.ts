import { afterEach, describe, expect, it } from "vitest";
import { createAirflowClient } from "../../../watchers/airflow/client.ts";
import { type ApiServer, createApiServer, json } from "../http/api-server.ts";

const servers: ApiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.dispose()));
});

/** An Airflow that lets the user in with another token each time, and answers the rest as a test wants. */
async function serve(answer: ApiServer["answer"]): Promise<ApiServer> {
  let tokens = 0;
  const server = await createApiServer((request, response) => {
    if (request.url?.endsWith("/auth/token") !== true) return answer(request, response);
    tokens += 1;
    json(response, { access_token: `token-${tokens}` }, {}, 201);
  });
  servers.push(server);
  return server;
}

function connect(server: ApiServer, user = "ana:secret", path = "/", signal = new AbortController().signal) {
  const lines: string[] = [];
  const log = { info: () => undefined, warn: (line: string) => void lines.push(line) };
  return { lines, ...createAirflowClient({ connection: "airflow", uri: `${server.url.replace("//", `//${user}@`)}${path}`, log, signal }) };
}

describe("the client of Airflow", () => {
  it("logs in once, below the path where Airflow lies", async () => {
    const server = await serve((request, response) => json(response, { token: request.headers.authorization }));
    const { ask } = connect(server, "ana:secret", "/airflow");
    expect((await ask({ path: "/dags", query: { state: ["a", "b"], limit: 2 } })).body).toEqual({ token: "Bearer token-1" });
    await ask({ path: "/dags" });
    expect(server.requests.map(({ url }) => url)).toEqual(["/airflow/auth/token", "/airflow/api/v2/dags?state=a&state=b&limit=2", "/airflow/api/v2/dags"]);
  });

  it("logs in again when its token is over", async () => {
    const server = await serve((request, response) => json(response, {}, {}, request.headers.authorization === "Bearer token-1" ? 401 : 200));
    expect((await connect(server).ask({ path: "/dags" })).status).toBe(200);
  });

  it("uses a token as it is, and says when it is over", async () => {
    const server = await serve((request, response) => json(response, { detail: "expired" }, {}, request.headers.authorization === "Bearer good" ? 200 : 401));
    expect((await connect(server, "bearer:good").ask({ path: "/dags" })).status).toBe(200);
    await expect(connect(server, "bearer:old").ask({ path: "/dags" })).rejects.toMatchObject({ code: "E_AIRFLOW", hint: expect.stringContaining("token") });
    expect(server.requests.some(({ url }) => url?.includes("auth/token"))).toBe(false);
  });

  it("waits as Retry-After says, and no longer than it is wanted", async () => {
    let busy = true;
    const server = await serve((_, response) => json(response, {}, busy ? { "retry-after": "1" } : {}, busy ? 503 : 200));
    const { ask, lines } = connect(server);
    const answer = ask({ path: "/dags" });
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    busy = false;
    expect((await answer).status).toBe(200);
    expect(lines).toEqual([expect.stringMatching(/answers 503 and asks to wait 1 s/)]);
    busy = true;
    const stop = new AbortController();
    const stopped = connect(server, "ana:secret", "/", stop.signal);
    const never = stopped.ask({ path: "/dags" });
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(never).rejects.toThrow("enough");
  });

  it.each([
    [404, "E_AIRFLOW", "nothing there"],
    [500, "E_SOURCE", "nothing there"],
    [302, "E_AIRFLOW", "answers 302"],
  ])("says what Airflow says when it answers %i", async (status, code, text) => {
    const server = await serve((_, response) => json(response, { detail: "nothing there" }, { location: "http://127.0.0.1:1/" }, status));
    await expect(connect(server).ask({ path: "/dags" })).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    expect((await connect(server).ask({ path: "/dags", expects: [status] })).status).toBe(status);
  });

  it("never shows the secret of its connection", async () => {
    const gone = await createApiServer((_, response) => void response.end());
    await gone.dispose();
    await expect(connect(gone).ask({ path: "/dags" })).rejects.toMatchObject({ code: "E_SOURCE", message: expect.not.stringContaining("secret") });
    expect(() =>
      createAirflowClient({ connection: "airflow", uri: "postgres://ana:secret@host/", log: console, signal: new AbortController().signal }),
    ).toThrow(/^the connection "airflow" is no Airflow: its URI is not http\(s\):\/\/user:password@host$/);
  });
});
