import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStoreWorld, type StoreWorld } from "./store-world.ts";

const NOW = Date.parse("2026-11-23T08:00:00Z");
const HOUR = 3_600_000;
let now = NOW;
let world: StoreWorld;
beforeAll(async () => {
  world = await createStoreWorld({ now: () => now });
});
afterAll(() => world[Symbol.asyncDispose]());

describe("tokens", () => {
  const token = { id: "tok_1", name: "ci", hash: "a".repeat(64), scopes: ["read", "publish:s3://lake/raw"], by: "ada", expiresAt: NOW + HOUR };

  it("are kept with who made them, used, and revoked by id or name, once", async () => {
    const { tokens } = world.store.access;
    const made = await tokens.create(token);
    expect(made).toEqual({
      ...{ id: "tok_1", name: "ci", scopes: token.scopes, by: "ada", at: NOW, expiresAt: NOW + HOUR, usedAt: null, revokedAt: null, revokedBy: null },
    });
    expect(await tokens.live()).toEqual([{ ...made, hash: token.hash }]);
    await tokens.used("tok_1", NOW + 5);
    await tokens.used("tok_1", NOW + 2);
    expect((await tokens.list())[0]).toMatchObject({ usedAt: NOW + 5 });
    expect(await tokens.revoke("ci", "eve")).toMatchObject({ revokedAt: NOW, revokedBy: "eve" });
    expect(await tokens.revoke("tok_1", "eve")).toBeUndefined();
    expect(await tokens.live()).toEqual([]);
  });

  it("have a name that only one of them has that can be used", async () => {
    const { tokens } = world.store.access;
    const next = { ...token, id: "tok_2", hash: "b".repeat(64) };
    await tokens.create(next);
    await expect(tokens.create({ ...token, id: "tok_3", hash: "c".repeat(64) })).rejects.toMatchObject({ code: "E_USAGE" });
    now = NOW + HOUR;
    expect(await tokens.live()).toEqual([]);
    expect(await tokens.create({ ...token, id: "tok_3", hash: "c".repeat(64), expiresAt: null })).toMatchObject({ name: "ci", expiresAt: null });
    now = NOW;
  });
});

describe("people and their sessions", () => {
  const session = { hash: "s1", person: "admin", how: "password", subject: null, groups: [], endsAt: NOW + 10 * HOUR } as const;

  it("the first one is added once", async () => {
    const { people } = world.store.access;
    const first = { name: "admin", password: "hash one", scopes: ["admin"], by: "dev" };
    expect(await Promise.all([people.addFirst(first), people.addFirst({ ...first, name: "other" })])).toContain(true);
    expect(await people.addFirst({ ...first, name: "third" })).toBe(false);
    await people.put(first);
    expect(await people.passwordOf("admin")).toBe("hash one");
    expect(await people.passwordOf("nobody")).toBeUndefined();
  });

  it("a session has the rights that its person has now, until it idles, is over or is closed", async () => {
    const { people, sessions } = world.store.access;
    await sessions.open(session);
    expect(await sessions.find("s1", HOUR)).toEqual({
      ...{ person: "admin", how: "password", subject: null, groups: [], scopes: ["admin"], seenAt: NOW, endsAt: NOW + 10 * HOUR },
    });
    now = NOW + HOUR;
    expect(await sessions.find("s1", HOUR)).toBeUndefined();
    await sessions.seen("s1", NOW + 1);
    expect(await sessions.find("s1", HOUR)).toMatchObject({ seenAt: NOW + 1 });
    now = NOW + 10 * HOUR;
    await sessions.seen("s1", now);
    expect(await sessions.find("s1", HOUR)).toBeUndefined();
    now = NOW;
    await sessions.close("s1");
    expect(await sessions.find("s1", 100 * HOUR)).toBeUndefined();

    await sessions.open({ ...session, hash: "s2" });
    await sessions.open({ ...session, hash: "s3", how: "oidc", subject: "https://id sub", groups: ["leads"] });
    await people.put({ name: "admin", password: "hash two", scopes: ["read"], by: "ada" });
    expect(await sessions.find("s2", HOUR)).toBeUndefined();
    // Who signs in elsewhere under the same name is somebody else.
    expect(await sessions.find("s3", HOUR)).toMatchObject({ how: "oidc", groups: ["leads"], scopes: null });
    await sessions.open({ ...session, hash: "s4" });
    expect(await sessions.find("s4", HOUR)).toMatchObject({ scopes: ["read"] });
    expect([await people.remove("admin"), await people.remove("admin")]).toEqual([true, false]);
    expect(await sessions.find("s4", HOUR)).toBeUndefined();
  });

  it("those that are over are let go of", async () => {
    const { sessions } = world.store.access;
    await sessions.open({ ...session, hash: "s5", how: "oidc", endsAt: NOW + 1 });
    now = NOW + 1;
    await sessions.prune(HOUR);
    now = NOW;
    expect(await sessions.find("s5", HOUR)).toBeUndefined();
  });
});

describe("operations", () => {
  it("of people stand beside those of the registry, the newest first", async () => {
    const fact = {
      kind: "operation",
      n: 1,
      at: NOW - HOUR,
      operation: "pause",
      dag: "mart",
      key: null,
      by: "ada",
      why: "late",
      request: null,
      events: 0,
    } as const;
    await world.store.project("r1", [fact]);
    await world.store.recordAction({ operation: "stop", subject: "mart/1", dag: "mart", by: "token:ci", why: "too long" });
    await world.store.recordAction({ operation: "rerun", subject: "mart/1", by: "eve", refused: "E_RUN_STATE" });
    expect((await world.store.listOperations()).map(({ at: _, request: __, key: ___, events: ____, ...rest }) => rest)).toEqual([
      { operation: "rerun", dag: null, subject: "mart/1", by: "eve", why: null, refused: "E_RUN_STATE" },
      { operation: "stop", dag: "mart", subject: "mart/1", by: "token:ci", why: "too long", refused: null },
      { operation: "pause", dag: "mart", subject: null, by: "ada", why: "late", refused: null },
    ]);
  });

  it.each(["update headgate.operations set \"by\" = 'eve'", "delete from headgate.operations", "truncate headgate.operations"])(
    "are never changed: %s",
    async (statement) => {
      const client = new pg.Client({ connectionString: world.url });
      await client.connect();
      await expect(client.query(statement)).rejects.toThrow("operations are only added, never changed");
      await client.end();
      expect(await world.store.listOperations()).toHaveLength(3);
    },
  );
});
