import { describe, expect, it } from "vitest";
import { defineConfig } from "../../../core/authoring/config.ts";
import { said } from "../caught.ts";

describe("the config file", () => {
  it("comes back as it was written, frozen", () => {
    const config = defineConfig({
      project: "sales",
      dags: ["dags/**/*.ts"],
      connections: { lake: "LAKE_URL" },
      store: { url: "postgres://localhost/headgate" },
      watchers: { enabled: false, every: "30s" },
      registry: { enabled: true },
    });
    expect(config).toEqual({
      project: "sales",
      dags: ["dags/**/*.ts"],
      connections: { lake: "LAKE_URL" },
      store: { url: "postgres://localhost/headgate" },
      watchers: { enabled: false, every: "30s" },
      registry: { enabled: true },
    });
    expect(Object.isFrozen(config) && Object.isFrozen(config.registry)).toBe(true);
    expect(defineConfig({})).toEqual({});
    expect(defineConfig({ dags: "dags/*.ts", store: "postgres://localhost/headgate" })).toEqual({ dags: "dags/*.ts", store: "postgres://localhost/headgate" });
  });

  it.each<[string, unknown, RegExp]>([
    ["an unknown setting", { porject: "x" }, /^E_CONFIG: headgate\.config\.ts has an unknown option "porject"\. did you mean "project"\?$/],
    [
      "an unknown setting inside",
      { watchers: { evry: "1s" } },
      /^E_CONFIG: headgate\.config\.ts, watchers has an unknown option "evry"\. did you mean "every"\?$/,
    ],
    ["no object", null, /^E_CONFIG: the options of headgate\.config\.ts are null/],
    ["a project that is no id", { project: "My Sales" }, /^E_ID: .*write "my-sales"$/s],
    ["a glob that is none", { dags: ["dags/*.ts", ""] }, /^E_CONFIG: "dags" of headgate\.config\.ts is neither a glob nor a list of globs/],
    ["a connection in capitals", { connections: { Lake: "LAKE_URL" } }, /^E_CONFIG: connection "Lake"/],
    [
      "a URI where its variable belongs",
      { connections: { lake: "postgres://me:hunter2@host/db" } },
      /^E_CONFIG: connection "lake" (?!.*hunter2).*put the URI into that variable$/s,
    ],
    ["a duration that is none", { watchers: { every: "10" } }, /^E_DURATION/],
  ])("is refused with %s", (_, config, text) => {
    expect(said(() => defineConfig(config as never))).toMatch(text);
  });
});
