import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { messageOf } from "../../core/errors.ts";
import { createMetrics } from "../../runtime/metrics/metrics.ts";
import { promtool } from "../../scripts/servers/promtool.ts";
import { parseExposition } from "../runtime/metrics/exposition.ts";
import { ROOT, readPage } from "./markdown.ts";

const FOLDER = join(ROOT, "docs", "observability");
const metrics = createMetrics({ project: "sales", environment: "" });
metrics.ask({
  registryId: "asset-registry",
  state: () => Promise.reject(new Error("none")),
  registryRun: () => Promise.reject(new Error("none")),
  listWatchers: async () => [],
  listProjections: async () => [],
});
const text = await metrics.text();
const families = parseExposition(text);
const known = new Set([...families.values()].flatMap(({ name, type }) => (type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name])));
const ours = [...families.keys()].filter((name) => name.startsWith("headgate_"));

const namesIn = (expressions: readonly string[]): readonly string[] => expressions.flatMap((one) => one.match(/\bheadgate_\w+/g) ?? []);

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
}
const dashboard = JSON.parse(readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8")) as Dashboard;
const charts = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));
const { groups } = parse(readFileSync(join(FOLDER, "alerts.yaml"), "utf8")) as { groups: { rules: { alert: string; expr: string }[] }[] };
const alerts = groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const));

describe("each metric that is named is one that /metrics shows", () => {
  it.each(charts)("by the panel %s", (_, expr) => {
    expect(namesIn([expr]).length).toBeGreaterThan(0);
    for (const name of namesIn([expr])) expect(known).toContain(name);
  });

  it.each(alerts)("by the alert %s", (_, expr) => {
    expect(namesIn([expr]).length).toBeGreaterThan(0);
    for (const name of namesIn([expr])) expect(known).toContain(name);
  });

  it("by the lists of the dashboard", () => {
    const queries = dashboard.templating.list.map(({ query }) => (typeof query === "string" ? query : query.query));
    expect(namesIn(queries).length).toBeGreaterThan(0);
    for (const name of namesIn(queries)) expect(known).toContain(name);
  });
});

it("the page has a line for each metric, and for no other", () => {
  const rows = [...readPage("docs/observability.md").matchAll(/^\| `(headgate_\w+)`/gm)].map(([, name]) => name);
  expect(rows.sort()).toEqual([...ours].sort());
});

it("each metric stands in a panel of the dashboard, unless it is for alerts and queries only", () => {
  const shown = new Set(namesIn(charts.map(([, expr]) => expr)).map((name) => name.replace(/_(bucket|sum|count)$/, "")));
  const unseen = ours.filter((name) => !shown.has(name));
  expect(unseen.sort()).toEqual([
    "headgate_info",
    "headgate_registry_held",
    "headgate_registry_warnings_total",
    "headgate_store_unprojected_facts",
    "headgate_watcher_sent_timestamp_seconds",
    "headgate_watcher_status",
  ]);
});

const tool = await promtool({ onProgress: (line) => void process.stderr.write(`${line}\n`) }).catch((error: unknown) =>
  messageOf(error).replace(/^/, "missing: "),
);

describe.skipIf(tool.startsWith("missing: "))(tool.startsWith("missing: ") ? `promtool (skipped: ${tool})` : "promtool", () => {
  const run = promisify(execFile);

  it("finds nothing wrong with the metrics", async () => {
    const checking = run(tool, ["check", "metrics"]);
    checking.child.stdin?.end(text);
    expect((await checking).stderr).toBe("");
  });

  it("loads the rules, and they fire when they should", async () => {
    expect((await run(tool, ["check", "rules", join(FOLDER, "alerts.yaml")])).stdout).toContain(`${alerts.length} rules found`);
    expect((await run(tool, ["test", "rules", join(FOLDER, "alerts.test.yaml")])).stdout).toContain("SUCCESS");
  });
});
