import { describe, expect, it } from "vitest";
import { defineConfig } from "../../core/index.ts";
import { caught } from "./caught.ts";

const channels = { ops: { kind: "slack", connection: "ops-slack" } } as const;

describe("notify of the config file", () => {
  it("takes channels of all kinds, and rules that name them", () => {
    const notify = {
      channels: {
        ...channels,
        pager: { kind: "webhook", connection: "pager", secret: "pager-secret" },
        mail: { kind: "smtp", connection: "mail", from: "headgate@acme.example", to: ["data@acme.example"] },
      },
      rules: [{ to: "ops" }, { on: ["asset-stale", "run-failed"], tag: "gold", owner: "sales", project: "*", to: ["pager", "mail"] }],
      every: "30s",
    } as const;
    expect(defineConfig({ notify }).notify).toEqual(notify);
  });

  it.each([
    ["no channels", { channels: {}, rules: [{ to: "ops" }] }, "notify.channels", "names no channel"],
    ["no rules", { channels, rules: [] }, "notify.rules", "nobody would be told"],
    ["a kind that there is not", { channels: { ops: { kind: "teams", connection: "x" } }, rules: [] }, "notify.channels.ops.kind", '"teams"'],
    ["a channel without its connection", { channels: { ops: { kind: "slack" } }, rules: [] }, "notify.channels.ops", "has no connection"],
    ["a mail without recipients", { channels: { ops: { kind: "smtp", connection: "m", from: "a@b.example" } }, rules: [] }, "notify.channels.ops", "has no to"],
    ["a URI in place of a connection", { channels: { ops: { kind: "slack", connection: "https://hooks.example/x" } }, rules: [] }, "connection", "is a URI"],
    ["a channel that nobody defined", { channels, rules: [{ to: "opps" }] }, "notify.rules[0].to", 'no "opps"'],
    ["a problem that nobody has", { channels, rules: [{ to: "ops", on: "run-fails" }] }, "notify.rules[0].on", 'no "run-fails"'],
    ["a filter that there is not", { channels, rules: [{ to: "ops", dags: "x" }] }, "notify.rules[0]", 'no "dags"'],
    ["a look too often", { channels, rules: [{ to: "ops" }], every: "10ms" }, "notify.every", "less than a second"],
  ])("refuses %s, and says where", (_, notify, where, what) => {
    const error = caught(() => defineConfig({ notify: notify as never }));
    expect(error.code).toBe("E_CONFIG");
    expect(error.where).toContain(where);
    expect(error.message).toContain(what);
  });

  it("never shows what stands in place of a connection", () => {
    const notify = { channels: { ops: { kind: "slack", connection: "https://hooks.slack.com/services/T0/B0/secret" } }, rules: [] };
    expect(JSON.stringify(caught(() => defineConfig({ notify: notify as never })))).not.toContain("secret");
  });
});
