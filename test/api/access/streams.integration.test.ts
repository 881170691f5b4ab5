import { afterAll, beforeAll, expect, it } from "vitest";
import { makeToken } from "../../../api/access/new-token.ts";
import { hashOf } from "../../../api/access/secret.ts";
import { runFact } from "../../store/facts.ts";
import { type AccessWorld, createAccessWorld, OWN_PAGE } from "./access-world.ts";

let world: AccessWorld;
let n = 1;
beforeAll(async () => {
  world = await createAccessWorld();
  await world.store.access.people.put({ name: "ada", scopes: ["read"], by: "test", password: "x" });
});
afterAll(() => world[Symbol.asyncDispose]());

/** Writes something that the stream tells of; its clock has gone on so far that it asks again who listens. */
async function change(): Promise<string> {
  n += 1;
  world.now += 2_000;
  await world.project([runFact(n, `orders-clean/e-${n}`)]);
  return `orders-clean/e-${n}`;
}

/** A stream of changes, read to where something is told, or to its end. */
async function streamFor(headers: Record<string, string>): Promise<{ until(text: string): Promise<boolean> }> {
  const response = await world.open("/v1/changes", headers);
  expect(response.status).toBe(200);
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  return {
    until: async (text) => {
      while (!heard.includes(text)) {
        const { done, value } = await reader.read();
        if (done) return false;
        heard += value;
      }
      return true;
    },
  };
}

async function tokenOf(name: string, expiresAt: number | null = null): Promise<Record<string, string>> {
  const { token } = await makeToken(world.store.access.tokens, { name, scopes: ["read"], expiresAt, by: "test" });
  return { authorization: `Bearer ${token}` };
}
async function sessionOf(id: string): Promise<Record<string, string>> {
  await world.store.access.sessions.open({ hash: hashOf(id), person: "ada", how: "password", subject: null, groups: [], endsAt: world.now + 3_600_000 });
  return { ...OWN_PAGE, cookie: `headgate=${id}` };
}

it.each<[string, () => Promise<Record<string, string>>, () => Promise<unknown>]>([
  ["its token is revoked", () => tokenOf("gone"), () => world.store.access.tokens.revoke("gone", "test")],
  ["its token is over", () => tokenOf("short", world.now + 10_000), async () => (world.now += 10_000)],
  ["its session is closed", () => sessionOf("closed"), () => world.store.access.sessions.close(hashOf("closed"))],
  [
    "its person may read no longer",
    () => sessionOf("demoted"),
    () => world.store.access.people.put({ name: "ada", scopes: ["publish"], by: "test", password: "x" }),
  ],
])("a stream of changes ends when %s, and tells nothing of what comes then", async (_, open, end) => {
  const stream = await streamFor(await open());
  expect(await stream.until(await change())).toBe(true);
  await end();
  expect(await stream.until(await change())).toBe(false);
});

it("an open stream is no use of a session", async () => {
  const before = world.now;
  await world.store.access.people.put({ name: "ada", scopes: ["read"], by: "test", password: "x" });
  const stream = await streamFor(await sessionOf("idle"));
  world.now = before + 13 * 3_600_000 - 2_000;
  expect(await stream.until(await change())).toBe(false);
});
