import { afterAll, beforeAll, expect, it } from "vitest";
import { makeToken } from "../../../api/access/new-token.ts";
import { hashOf } from "../../../api/access/secret.ts";
import type { Catalog } from "../../../core/catalog.ts";
import type { ConditionNode } from "../../../core/condition.ts";
import { catalog, catalogFact, plan } from "../../store/facts.ts";
import { type AccessWorld, createAccessWorld } from "./access-world.ts";

const MINUTE = 60_000;
let world: AccessWorld;
beforeAll(async () => {
  world = await createAccessWorld();
  await world.project([
    catalogFact(1, 1, listening("sales", { clean: { asset: "s3://lake/raw/orders" }, "sales-any": { pattern: "s3://lake/shared/**" } })),
    catalogFact(
      2,
      1,
      listening("finance", {
        ledger: { all: [{ asset: "s3://lake/raw/rates" }, { group: "money" }] },
        books: { absent: { asset: "s3://lake/raw/silence" }, for: "1h" },
      }),
    ),
  ]);
});
afterAll(() => world[Symbol.asyncDispose]());

/** A project whose DAGs wait for something. */
function listening(project: string, dags: Readonly<Record<string, ConditionNode>>): Catalog {
  return catalog(`of ${project}`, { project, dags: Object.entries(dags).map(([dag, on]) => plan(dag, on)) });
}

async function tokenWith(name: string, scopes: readonly string[], expiresAt: number | null = null): Promise<{ authorization: string }> {
  const { token } = await makeToken(world.store.access.tokens, { name, scopes, expiresAt, by: "ada" });
  return { authorization: `Bearer ${token}` };
}

it("without any token or person, whoever is on this machine may do everything, and nobody else", async () => {
  expect(await world.ask("GET", "/v1/me")).toMatchObject({ status: 200, body: { name: "local", kind: "local", scopes: ["admin"], csrf: null } });
  expect(await world.ask("GET", "/v1/me", { headers: { host: "headgate.example" } })).toMatchObject({ status: 401, body: { code: "E_API_TOKEN" } });
  expect(await world.ask("GET", "/v1/me", { headers: { origin: "https://evil.example" } })).toMatchObject({ status: 403, body: { code: "E_CSRF" } });
});

it("as soon as there is a token, everybody needs one", async () => {
  const headers = await tokenWith("reader", ["read"]);
  world.now += 2_000;
  expect(await world.ask("GET", "/v1/me")).toMatchObject({ status: 401, body: { code: "E_API_TOKEN" } });
  expect(await world.ask("GET", "/v1/me", { headers })).toMatchObject({ status: 200, body: { name: "token:reader", kind: "token", scopes: ["read"] } });
});

it("a new token is known at once, and its last use is written once a minute", async () => {
  const headers = await tokenWith("fresh", ["read"]);
  expect((await world.ask("GET", "/v1/me", { headers })).status).toBe(200);
  const first = world.now;
  world.now += MINUTE / 2;
  await world.ask("GET", "/v1/me", { headers });
  const usedAt = async () => (await world.store.access.tokens.list()).find(({ name }) => name === "fresh")?.usedAt;
  await expect.poll(usedAt).toBe(first);
  world.now += MINUTE / 2;
  await world.ask("GET", "/v1/me", { headers });
  await expect.poll(usedAt).toBe(first + MINUTE);
});

it("a request costs no query of the tokens", async () => {
  const headers = await tokenWith("often", ["read"]);
  let queries = 0;
  const { tokens } = world.store.access;
  const counted = {
    ...world.store.access,
    tokens: {
      ...tokens,
      live: () => {
        queries += 1;
        return tokens.live();
      },
    },
  };
  const ask = world.another({ store: { ...world.store, access: counted } });
  for (let n = 0; n < 50; n += 1) expect((await ask("GET", "/v1/me", { headers })).status).toBe(200);
  expect(queries).toBe(1);
});

it("a token that is over or revoked is refused, here at once and elsewhere within two seconds", async () => {
  const over = await tokenWith("short", ["read"], world.now + MINUTE);
  const revoked = await tokenWith("gone", ["read"]);
  const elsewhere = world.another();
  for (const ask of [world.ask, elsewhere]) for (const headers of [over, revoked]) expect((await ask("GET", "/v1/me", { headers })).status).toBe(200);
  const admin = await tokenWith("root", ["admin"]);
  expect(await world.ask("POST", "/v1/tokens/gone/revoke", { headers: admin, body: {} })).toMatchObject({ status: 200, body: { revokedBy: "token:root" } });
  expect((await world.ask("GET", "/v1/me", { headers: revoked })).status).toBe(401);
  world.now += 2_000;
  expect((await elsewhere("GET", "/v1/me", { headers: revoked })).status).toBe(401);
  world.now += MINUTE;
  expect((await world.ask("GET", "/v1/me", { headers: over })).status).toBe(401);
});

it.each([
  ["no token", "Bearer"],
  ["another scheme", "Basic YWRhOmFkYQ=="],
  ["a hash in place of its token", `Bearer ${hashOf("x")}`],
  ["a token of ours that is none", `Bearer hg_${"A".repeat(43)}`],
  ["very much", `Bearer ${"x".repeat(5_000)}`],
])("refuses %s", async (_, authorization) => {
  expect(await world.ask("GET", "/v1/me", { headers: { authorization } })).toMatchObject({ status: 401, body: { code: "E_API_TOKEN" } });
});

it("whoever tries many tokens has to wait", async () => {
  const ask = world.another();
  const answers = [];
  for (let n = 0; n < 40; n += 1) answers.push(await ask("GET", "/v1/me", { headers: { authorization: `Bearer hg_${n}` } }));
  expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: "E_RATE_LIMIT" } });
  expect(Number(answers.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(0);
});

it("whoever asks too often has to wait, and nobody else", async () => {
  const [headers, other] = [await tokenWith("busy", ["read"]), await tokenWith("calm", ["read"])];
  const ask = world.another();
  const answers = [];
  for (let n = 0; n < 401; n += 1) answers.push((await ask("GET", "/v1/me", { headers })).status);
  expect(answers.indexOf(429)).toBe(400);
  expect((await ask("GET", "/v1/me", { headers: other })).status).toBe(200);
  world.now += 5;
  expect((await ask("GET", "/v1/me", { headers })).status).toBe(200);
});

it("only administrators make, see and revoke tokens; a new one is shown once", async () => {
  const headers = { authorization: (await tokenWith("boss", ["admin"])).authorization };
  const reader = await tokenWith("curious", ["read", "operate", "publish"]);
  const body = { name: "made", scopes: ["publish:s3://lake/raw/"], expiresAt: "2027-01-01T00:00:00Z" };
  for (const [method, path] of [
    ["GET", "/v1/tokens"],
    ["POST", "/v1/tokens"],
    ["POST", "/v1/tokens/boss/revoke"],
  ] as const) {
    const answer = await world.ask(method, path, { headers: reader, ...(method === "GET" ? {} : { body: path === "/v1/tokens" ? body : {} }) });
    expect(answer).toMatchObject({ status: 403, body: { code: "E_ACCESS", hint: "it needs the scope admin" } });
  }
  const made = await world.ask("POST", "/v1/tokens", { headers, body });
  expect(made).toMatchObject({
    status: 201,
    body: { name: "made", by: "token:boss", scopes: ["publish:s3://lake/raw"], expiresAt: "2027-01-01T00:00:00.000Z" },
  });
  expect(made.headers.get("cache-control")).toBe("no-store");
  const listed = await world.ask("GET", "/v1/tokens", { headers });
  expect(listed.body.items.map((one: { name: string }) => one.name)).toContain("made");
  expect(JSON.stringify(listed.body)).not.toContain(made.body.token);
  expect(JSON.stringify(listed.body)).not.toContain(hashOf(made.body.token));
  expect(await world.ask("POST", "/v1/tokens", { headers, body: { ...body, scopes: ["everything"] } })).toMatchObject({
    status: 400,
    body: { code: "E_USAGE" },
  });
  expect(await world.ask("POST", "/v1/tokens", { headers, body: { ...body, name: "ada@example.com" } })).toMatchObject({
    status: 400,
    body: { code: "E_USAGE" },
  });
  expect((await world.store.listOperations({ limit: 1 }))[0]).toMatchObject({ operation: "create-token", by: "token:boss", subject: "made" });
});

it.each([
  ["publish:s3://lake/raw,start:sales", "s3://lake/raw/orders", 202],
  ["publish:s3://lake/raw,operate:sales", "s3://lake/raw/orders", 202],
  ["publish:s3://lake/raw,start", "s3://lake/raw/orders", 202],
  ["publish:s3://lake/raw", "s3://lake/raw/orders", 403],
  ["publish:s3://lake/raw,start:finance", "s3://lake/raw/orders", 403],
  ["publish:s3://lake/clean,start:sales", "s3://lake/raw/orders", 403],
  ["operate:sales", "s3://lake/raw/orders", 403],
  ["publish:s3://lake/raw", "s3://lake/raw/nobody-waits", 202],
  ["publish,start:sales", "s3://lake/raw/rates", 403],
  ["publish,start:sales,start:finance", "s3://lake/raw/rates", 202],
  ["publish,start:finance", "s3://lake/shared/deep/below", 403],
  ["publish,start:sales", "s3://lake/shared/deep/below", 202],
  // What holds a DAG back has an effect on it as well.
  ["publish,start:sales", "s3://lake/raw/silence", 403],
  // The end of a run is Headgate's to say.
  ["publish,start", "headgate://runs/clean", 403],
  ["admin", "headgate://runs/clean", 202],
])("with %s one publishes %s: %i", async (scopes, asset, status) => {
  const headers = await tokenWith(`t${Math.random()}`, scopes.split(","));
  world.now += 2_000;
  expect((await world.ask("POST", "/v1/events", { headers, body: { asset } })).status).toBe(status);
});

it("an event cannot put its asset into a group whose DAGs are not the caller's to start", async () => {
  const headers = await tokenWith("sly", ["publish", "start:sales"]);
  world.now += 2_000;
  const taken = world.registry.taken.length;
  const answer = await world.ask("POST", "/v1/events", { headers, body: [{ asset: "s3://lake/x" }, { asset: "s3://lake/x", groups: ["money"] }] });
  expect(answer).toMatchObject({ status: 403, body: { code: "E_ACCESS" } });
  // Nothing of the array was taken, and nothing says whose DAGs they are.
  expect(world.registry.taken).toHaveLength(taken);
  expect(JSON.stringify(answer.body)).not.toMatch(/finance|ledger/);
});

it("what is deployed later counts within two seconds", async () => {
  const headers = await tokenWith("early", ["publish", "start:sales"]);
  const publish = () => world.ask("POST", "/v1/events", { headers, body: { asset: "s3://lake/later" } });
  world.now += 2_000;
  expect((await publish()).status).toBe(202);
  await world.project([catalogFact(3, 1, listening("later", { "new-one": { asset: "s3://lake/later" } }))]);
  world.now += 2_000;
  expect((await publish()).status).toBe(403);
});
