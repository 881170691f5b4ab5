import { describe, expect, it } from "vitest";
import type { Alert, Problem } from "../../../core/alert.ts";
import type { NotifyRule } from "../../../core/notify.ts";
import { decideAlerts } from "../../../runtime/notify/decide.ts";
import { compileRoutes } from "../../../runtime/notify/routes.ts";

const NOW = Date.parse("2026-03-01T06:00:00Z");
const FAILED: Problem = {
  ...{ kind: "run-failed", subject: "orders-clean", project: "sales", owner: "ana", tags: ["gold"], since: NOW, count: 1 },
  ...{ detail: "E_TASK_FAILED: no such table", run: "orders-clean/e-1" },
};
const STALE: Problem = { ...FAILED, kind: "asset-stale", subject: "s3://lake/raw/orders", detail: "It must be within 26h.", run: null };
const channelsOf = (rules: readonly NotifyRule[], problem: Problem): readonly string[] => compileRoutes({ channels: {}, rules }, "sales")(problem);

describe("who is told", () => {
  it.each<[string, Omit<NotifyRule, "to">, Problem, boolean]>([
    ["a rule without more is for all of the project", {}, FAILED, true],
    ["and not for another project", {}, { ...FAILED, project: "stock" }, false],
    ["unless it says so", { project: "*" }, { ...FAILED, project: "stock" }, true],
    ["or names it", { project: ["stock", "lab"] }, { ...FAILED, project: "stock" }, true],
    ["a kind", { on: "asset-stale" }, STALE, true],
    ["another kind", { on: ["asset-stale", "dead-letters"] }, FAILED, false],
    ["a glob of DAGs", { dag: "orders-*" }, FAILED, true],
    ["a glob that does not fit", { dag: "stock-*" }, FAILED, false],
    ["a rule about DAGs tells of no asset", { dag: "*" }, STALE, false],
    ["a pattern of assets", { asset: "s3://lake/raw/*" }, STALE, true],
    ["a rule about DAGs and assets tells of both", { dag: "x", asset: "s3://lake/**" }, STALE, true],
    ["a tag", { tag: ["silver", "gold"] }, FAILED, true],
    ["a tag that it has not", { tag: "silver" }, FAILED, false],
    ["its owner", { owner: "ana" }, FAILED, true],
    ["another owner", { owner: "bo" }, FAILED, false],
    ["an owner, where there is none", { owner: "ana" }, { ...FAILED, owner: null }, false],
    ["all that it says must fit", { on: "run-failed", owner: "ana", tag: "silver" }, FAILED, false],
  ])("%s", (_, rule, problem, isTold) => expect(channelsOf([{ ...rule, to: "ops" }], problem)).toEqual(isTold ? ["ops"] : []));

  it("each channel once, however many rules name it", () => {
    expect(channelsOf([{ to: ["ops", "mail"] }, { on: "run-failed", to: "ops" }], FAILED)).toEqual(["ops", "mail"]);
  });
});

describe("what is told", () => {
  const routes = compileRoutes({ channels: {}, rules: [{ on: ["run-failed", "asset-stale"], to: ["ops", "mail"] }] }, "sales");
  const open = (problem: Problem): Alert => ({ ...problem, openedAt: NOW - 60_000, resolvedAt: null, channels: ["ops"] });
  const told = (problems: readonly Problem[], alerts: readonly Alert[]) =>
    decideAlerts(problems, alerts, routes, NOW).messages.map(({ channel, message }) => `${channel}: ${message.title}`);

  it.each([
    ["what is new, to each channel", [FAILED], [], ["ops: orders-clean failed", "mail: orders-clean failed"]],
    ["nothing while it stays so", [FAILED], [open(FAILED)], []],
    ["nothing though it becomes more of the same", [{ ...FAILED, count: 9 }], [open(FAILED)], []],
    ["its end, to those who were told", [], [open(FAILED)], ["ops: orders-clean no longer fails"]],
    [
      "of two problems each",
      [STALE],
      [open(FAILED)],
      ["ops: s3://lake/raw/orders is stale", "mail: s3://lake/raw/orders is stale", "ops: orders-clean no longer fails"],
    ],
    ["nothing that no rule is for", [{ ...FAILED, kind: "dead-letters" as const }], [], []],
  ])("%s", (_, problems, alerts, expected) => expect(told(problems, alerts)).toEqual(expected));

  it("a message says what, since when, whose and where to look", () => {
    const [first] = decideAlerts([FAILED], [], routes, NOW).messages;
    expect(first?.message).toMatchObject({
      ...{ what: "opened", kind: "run-failed", subject: "orders-clean", run: "orders-clean/e-1", since: "2026-03-01T06:00:00.000Z" },
      text: "E_TASK_FAILED: no such table\nSince 2026-03-01T06:00:00.000Z. Project sales, owner ana.\nheadgate runs show orders-clean/e-1",
    });
  });

  it("the same look gives the same ids, and the end of an alert refers to its beginning", () => {
    const [one, other] = [decideAlerts([FAILED], [], routes, NOW), decideAlerts([FAILED], [], routes, NOW)];
    expect(one).toEqual(other);
    const [end] = decideAlerts([], [{ ...FAILED, openedAt: NOW, resolvedAt: null, channels: ["ops"] }], routes, NOW + 1).messages;
    expect(end?.message.alert).toBe(one.messages[0]?.message.alert);
    expect(end?.message.id).not.toBe(one.messages[0]?.message.id);
  });
});
