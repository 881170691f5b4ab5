import { describe, expect, it } from "vitest";
import { defineConfig } from "../../core/config.ts";
import { said } from "./caught.ts";

describe("the config file", () => {
  it("comes back as it was written, frozen", () => {
    const config = defineConfig({
      project: "sales",
      dags: ["dags/**/*.ts"],
      connections: { lake: "s3://lake" },
      store: { url: "postgres://localhost/headgate" },
      watchers: { enabled: false, every: "30s" },
      registry: { enabled: true, rawSignals: "known-assets", maxHops: 8 },
    });
    expect(config).toEqual({
      project: "sales",
      dags: ["dags/**/*.ts"],
      connections: { lake: "s3://lake" },
      store: { url: "postgres://localhost/headgate" },
      watchers: { enabled: false, every: "30s" },
      registry: { enabled: true, rawSignals: "known-assets", maxHops: 8 },
    });
    expect(Object.isFrozen(config) && Object.isFrozen(config.registry)).toBe(true);
    expect(defineConfig({})).toEqual({});
  });

  it.each<[string, unknown, RegExp]>([
    ["an unknown setting", { porject: "x" }, /^E_CONFIG: headgate\.config\.ts has an unknown option "porject"\. did you mean "project"\?$/],
    [
      "an unknown setting inside",
      { registry: { maxHop: 1 } },
      /^E_CONFIG: headgate\.config\.ts, registry has an unknown option "maxHop"\. did you mean "maxHops"\?$/,
    ],
    ["no object", null, /^E_CONFIG: the options of headgate\.config\.ts are null/],
    ["a project that is no id", { project: "My Sales" }, /^E_ID: .*write "my-sales"$/s],
    ["one glob instead of a list", { dags: "dags/*.ts" }, /^E_CONFIG: "dags" of headgate\.config\.ts is no list of globs/],
    ["a connection in capitals", { connections: { Lake: "s3://lake" } }, /^E_CONFIG: connection "Lake"/],
    ["a connection that is no URI", { connections: { lake: 1 } }, /^E_CONFIG: connection "lake"/],
    ["a duration that is none", { watchers: { every: "10" } }, /^E_DURATION/],
    ["an unknown choice", { registry: { rawSignals: "some" } }, /^E_CONFIG: registry\.rawSignals of headgate\.config\.ts is "some"\. it is one of "all"/],
    ["no hops", { registry: { maxHops: 0 } }, /^E_CONFIG: registry\.maxHops/],
  ])("is refused with %s", (_, config, text) => {
    expect(said(() => defineConfig(config as never))).toMatch(text);
  });
});
