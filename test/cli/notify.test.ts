import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, type Project } from "../support/project.ts";
import { headgate } from "./headgate.ts";

const CONFIG = `
import { defineConfig } from "headgate";
export default defineConfig({
  project: "sales",
  notify: { channels: { ops: { kind: "webhook", connection: "hook" }, pager: { kind: "slack", connection: "nowhere" } }, rules: [{ to: ["ops", "pager"] }] },
});
`;
let project: Project;
const received: string[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += String(part);
  received.push(body);
  response.end();
});

beforeAll(async () => {
  project = await createProject({ "headgate.config.ts": CONFIG });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await new Promise<unknown>((resolve) => server.close(resolve));
  await project[Symbol.asyncDispose]();
});

describe("headgate notify test", () => {
  const call = (...args: string[]) => {
    const { port } = server.address() as AddressInfo;
    return headgate(["notify", "test", ...args], { cwd: project.root, env: { HEADGATE_CONN_HOOK: `http://127.0.0.1:${port}/s3cr3t` } });
  };

  it("sends a message now, and says that it was taken", async () => {
    const { code, json } = await call("ops", "-o", "json");
    expect(code).toBe(0);
    const message = JSON.parse(received[0] ?? "") as { readonly id: string };
    expect(message).toMatchObject({ what: "test", project: "sales", title: "A test of the channel ops" });
    expect(json()).toEqual({ channel: "ops", kind: "webhook", id: message.id });
  });

  it.each([
    ["a channel that nobody defined", "opps", 2, "error E_USAGE: no channel is called opps"],
    ["a connection that is missing", "pager", 1, "HEADGATE_CONN_NOWHERE is not set"],
  ])("says what is wrong with %s", async (_, channel, code, says) => {
    const ended = await call(channel);
    expect(ended.stderr).toContain(says);
    expect(ended.code).toBe(code);
  });
});
