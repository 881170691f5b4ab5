import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, userCacheDir } from "../../runtime/config.ts";
import { resolveSettings } from "../../runtime/settings.ts";
import { createProject } from "../support/project.ts";

function originOf(name: string, sources: Parameters<typeof resolveSettings>[0]): unknown {
  const row = resolveSettings(sources).rows.find((one) => one.name === name);
  return row && [row.value, row.origin, row.from];
}

describe("settings", () => {
  const file = { name: "headgate.config.ts", content: { project: "of-file" } };

  it("take the flag over the environment over the file over the default, and say which", () => {
    const env = { HEADGATE_PROJECT: "of-env" };
    expect(originOf("project", { flags: { project: "of-flag" }, env, file })).toEqual(["of-flag", "flag", "--project"]);
    expect(originOf("project", { env, file })).toEqual(["of-env", "environment", "HEADGATE_PROJECT"]);
    expect(originOf("project", { env: {}, file })).toEqual(["of-file", "file", "headgate.config.ts"]);
    expect(originOf("project", { env: {} })).toEqual(["headgate", "default", "default"]);
  });

  it("take an empty variable as not set", () => {
    expect(originOf("project", { env: { HEADGATE_PROJECT: "" }, file })).toEqual(["of-file", "file", "headgate.config.ts"]);
  });

  it.each([
    [{ flags: { "temporal-port": "7300" }, env: {} }, "temporalPort", 7300],
    [{ env: { HEADGATE_POSTGRES_PORT: "0" } }, "postgresPort", 0],
    [{ env: { HEADGATE_WATCHERS: "off" } }, "watchersEnabled", false],
    [{ env: { HEADGATE_REGISTRY: "true" } }, "registryEnabled", true],
    [{ env: { HEADGATE_WATCHERS_EVERY: "10s" } }, "watchersEvery", 10_000],
    [{ env: {}, file: { name: "f", content: { watchers: { every: "2m" } } } }, "watchersEvery", 120_000],
    [{ env: { HEADGATE_DAGS: "a/*.ts, b/*.ts" } }, "dags", ["a/*.ts", "b/*.ts"]],
    [{ env: {}, file: { name: "f", content: { dags: "lake/*.ts" } } }, "dags", ["lake/*.ts"]],
    [{ env: {}, file: { name: "f", content: { store: { url: "postgres://h/d" } } } }, "databaseUrl", "postgres://h/d"],
    [{ env: { TEMPORAL_ADDRESS: "temporal:7233" } }, "temporalAddress", "temporal:7233"],
  ] as const)("read %j as %s = %j", (sources, name, value) => {
    expect(resolveSettings(sources).settings[name]).toEqual(value);
  });

  it.each([
    [{ flags: { "ui-port": "many" }, env: {} }, "--ui-port", '"many"'],
    [{ env: { HEADGATE_TEMPORAL_PORT: "70000" } }, "HEADGATE_TEMPORAL_PORT", '"70000"'],
    [{ env: { HEADGATE_PROJECT: "My Project" } }, "HEADGATE_PROJECT", "kebab-case"],
    [{ env: { LOG_LEVEL: "loud" } }, "LOG_LEVEL", '"loud"'],
    [{ env: {}, file: { name: "headgate.config.ts", content: { watchers: { every: "soon" } } } }, "headgate.config.ts", '"soon"'],
  ])("refuse %j and name %s", (sources, where, says) => {
    expect(() => resolveSettings(sources)).toThrow(expect.objectContaining({ code: "E_CONFIG", where, message: expect.stringContaining(says) }));
  });

  it("never show a secret, neither in the table nor in an error", () => {
    const url = "postgres://me:hunter2@db/store";
    expect(originOf("databaseUrl", { env: { DATABASE_URL: url } })).toEqual(["(set)", "environment", "DATABASE_URL"]);
    let error: unknown;
    try {
      resolveSettings({ env: { DATABASE_URL: "mysql://me:hunter2@db" } });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "E_CONFIG", where: "DATABASE_URL" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("hunter2");
  });
});

describe("the configuration of a process", () => {
  it("comes from the config file of the project, found from a folder below it", async () => {
    await using project = await createProject({
      "headgate.config.ts": `export default { project: "lake", dags: ["lake/**/*.ts"], watchers: { enabled: false } };`,
      "lake/deep/x.ts": "",
    });
    const seen = await project.run(`
      import { loadConfig } from "#/runtime/config.ts";
      const { settings, root: found, stateDir, file } = await loadConfig({ cwd: root + "/lake/deep", env: {} });
      report({ project: settings.project, dags: settings.dags, watchers: settings.watchersEnabled, found, stateDir, file });`);
    expect(seen).toEqual({
      project: "lake",
      dags: ["lake/**/*.ts"],
      watchers: false,
      found: project.root,
      stateDir: join(project.root, ".headgate"),
      file: join(project.root, "headgate.config.ts"),
    });
  });

  it.each([
    [`export const config = {};`, "has no default export"],
    [`export default { projet: "lake" };`, 'Unrecognized key: "projet"'],
    [`throw new Error("no");`, "could not be loaded: no"],
  ])("is refused with a config file %j", async (content, says) => {
    await using project = await createProject({ "headgate.config.ts": content });
    const seen = await project.run(`
      import { loadConfig } from "#/runtime/config.ts";
      await loadConfig({ cwd: root, env: {} }).then(() => report("loaded"), ({ code, message }) => report({ code, message }));`);
    expect(seen).toMatchObject({ code: "E_CONFIG", message: expect.stringContaining(says) });
  });

  it("needs no config file, but the one that --config names must exist", async () => {
    await using project = await createProject();
    expect((await loadConfig({ cwd: project.root, env: {} })).root).toBe(project.root);
    await expect(loadConfig({ cwd: project.root, env: {}, flags: { config: "none.ts" } })).rejects.toMatchObject({ code: "E_CONFIG", where: "--config" });
  });

  it("keeps binaries in the cache folder of the user", () => {
    expect(userCacheDir({ XDG_CACHE_HOME: "/xdg" })).toBe("/xdg/headgate");
    expect(userCacheDir({ XDG_CACHE_HOME: "/xdg", HEADGATE_CACHE_DIR: "/own" })).toBe("/own");
    expect(userCacheDir({})).toMatch(/\/\.cache\/headgate$/);
  });
});
