import { afterAll, beforeAll, expect, it } from "vitest";
import { type ApiProcess, startApi } from "./api-process.ts";
import { type Ended, headgate } from "./headgate.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

/** Who may use the API, as an administrator arranges it: the tests follow one another. */
let place: Workplace;
let api: ApiProcess | undefined;
const call = (...args: string[]): Promise<Ended> => place.call(...args);

beforeAll(async () => {
  place = await openWorkplace({ "dags/none.ts": 'import { asset } from "headgate";\nexport const raw = asset("s3://lake/raw");\n' });
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await place?.[Symbol.asyncDispose]();
});

it("the API does not listen beyond loopback before anybody could prove who they are", async () => {
  expect(await call("tokens", "list")).toMatchObject({ code: 1 });
  expect(await call("api", "--host", "0.0.0.0", "--port", "0")).toMatchObject({ code: 2, stderr: expect.stringContaining("without access control") });
});

let token: string;
it("a token is printed once, and listed without itself", async () => {
  const made = await call("tokens", "create", "ci", "--scopes", "read, publish:s3://lake/raw/", "--expires", "90d");
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hg_[\w-]{43}\n$/), stderr: expect.stringContaining("shown this once") });
  token = made.stdout.trim();
  const listed = await call("tokens", "list");
  expect(listed.stdout).toMatch(/^ci +tok_\w{12} +read,publish:s3:\/\/lake\/raw .* never +in 89 d$/m);
  expect(listed.stdout).not.toContain(token);
  expect(await call("tokens", "create", "ci", "--scopes", "read")).toMatchObject({ code: 2, stderr: expect.stringContaining('there is a token "ci" already') });
  expect(await call("tokens", "create", "x", "--scopes", "everything")).toMatchObject({ code: 2, stderr: expect.stringContaining("is no scope") });
});

it("somebody gets a password that is made, or one of their own", async () => {
  expect(await call("people", "put", "ada", "--scopes", "read")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^([a-z2-9]{5}-){3}[a-z2-9]{5}\n$/) });
  const own = await headgate(["people", "put", "eve", "--scopes", "read", "--password"], {
    cwd: place.project.root,
    env: place.env,
    input: "correct horse battery\n",
  });
  expect(own).toMatchObject({ code: 0, stdout: "eve can sign in\n" });
  expect((await call("people", "list", "--json")).json<{ name: string }[]>().map(({ name }) => name)).toEqual(["ada", "eve"]);
  expect(await call("people", "remove", "eve")).toMatchObject({ code: 0 });
});

it("the API listens, and takes the token until it is revoked", async () => {
  api = await startApi(place.project.root, place.env);
  const { url } = api;
  const me = (headers: Record<string, string> = {}) => fetch(`${url}/v1/me`, { headers, signal: AbortSignal.timeout(20_000) });
  expect((await me()).status).toBe(401);
  const authorization = { authorization: `Bearer ${token}` };
  expect(await (await me(authorization)).json()).toMatchObject({ name: "token:ci", scopes: ["read", "publish:s3://lake/raw"] });
  expect(await call("tokens", "revoke", "ci")).toMatchObject({ code: 0, stdout: expect.stringContaining("revoked ci") });
  await expect.poll(async () => (await me(authorization)).status, { timeout: 30_000 }).toBe(401);
  expect(await call("tokens", "revoke", "ci")).toMatchObject({ code: 2 });
});
