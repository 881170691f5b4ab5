import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { respond } from "../../api/frame/problem.ts";
import { secureHeaders } from "../../api/frame/secure-headers.ts";
import { createPageRoutes } from "../../api/pages/page-routes.ts";

const folder = mkdtempSync(join(tmpdir(), "headgate-ui-"));
const page = { accept: "text/html,application/xhtml+xml" };
const app = appOf(folder);

beforeAll(() => {
  mkdirSync(join(folder, "static"));
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Headgate</title>");
  writeFileSync(join(folder, "theme.js"), "// theme");
  writeFileSync(join(folder, "static/index-abc123.js"), "// script");
  writeFileSync(join(folder, "static/index-abc123.js.br"), "compressed");
});
afterAll(() => rmSync(folder, { recursive: true }));

function appOf(ui: string): Hono {
  const hono = new Hono();
  hono.onError((error, c) => respond(error, c, { warn: () => undefined }));
  hono.use(secureHeaders(undefined));
  hono.route("/", createPageRoutes(ui));
  return hono;
}

describe("the web UI", () => {
  it.each(["/", "/assets", "/assets/s3%3A%2F%2Flake%2Fraw%2Forders", "/runs/orders-clean%2F1-7?from=load"])(
    "answers the page %s with its document",
    async (path) => {
      const answer = await app.request(path, { headers: page });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toContain("text/html");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      expect(await answer.text()).toContain("<title>Headgate</title>");
    },
  );

  it("answers its start page to a program that takes anything", async () => {
    expect((await app.request("/", { headers: { accept: "*/*" } })).status).toBe(200);
  });

  it("lets no page load anything from elsewhere, or run what stands in it", async () => {
    const policy = (await app.request("/", { headers: page })).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
  });

  it("lets files that are named by their content be kept for ever, and no others", async () => {
    const script = await app.request("/static/index-abc123.js");
    expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(script.headers.get("content-security-policy")).toContain("script-src 'self'");
    expect((await app.request("/theme.js")).headers.get("cache-control")).toBe("no-cache");
  });

  it("sends what the build has compressed to whoever takes it", async () => {
    const script = await app.request("/static/index-abc123.js", { headers: { "accept-encoding": "gzip, br" } });
    expect(script.headers.get("content-encoding")).toBe("br");
    expect(await script.text()).toBe("compressed");
  });

  it.each([
    ["a program that asks for JSON", "/assets", { accept: "application/json" }],
    ["an API path, whatever is accepted", "/v1/nothing", page],
    ["a file that is not there", "/static/index-old.js", page],
    ["a way out of the folder", "/static/..%2f..%2fpackage.json", page],
  ])("is nothing for %s", async (_, path, headers) => {
    expect((await app.request(path, { headers })).status).toBe(404);
  });

  it("says how to build it where it is not built", async () => {
    const answer = await appOf(join(folder, "elsewhere")).request("/", { headers: page });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "E_API_REQUEST", hint: expect.stringContaining("npm run build:ui") });
  });
});
