import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { AxeResults } from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOTICES } from "../../ui/third-party-notices.ts";
import { builtCommand } from "../support/built-command.ts";
import { browserFile, openWebUi, type WebUi } from "./web-ui.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const LAKE = `
import { asset, dag } from "headgate";
import { z } from "zod";
export const raw = asset("s3://lake/raw/orders", { owner: "data", tags: ["raw"], description: "orders as they come" });
export const clean = asset("s3://lake/clean/orders", { owner: "data" });
export const gold = asset("s3://lake/gold/revenue");
export const tidy = dag("orders-clean", { on: raw }, (d) => { d.task("tidy", { outlets: [clean], run: () => ({ rows: 3 }) }); });
export const mart = dag("orders-mart", { on: clean, params: z.object({ region: z.enum(["eu", "us"]).optional(), rows: z.number().int().optional() }) }, (d) => { d.task("sum", { outlets: [gold], run: () => ({ total: 7 }) }); });
export const broken = dag("orders-broken", { on: raw }, (d) => { d.task("burst", { run: () => { throw new Error("the pipe burst"); } }); });
`;

/** Roles and names as somebody with a screen reader has them; the content policy holds, since only the browser's own tools get past it. */
const asset = (uri: string): string => `/assets/${encodeURIComponent(uri)}`;

describe.skipIf(browserFile === undefined)("the web UI in a browser (without one these are skipped: `apt-get install chromium`)", { timeout: 120_000 }, () => {
  let ui: WebUi;

  beforeAll(async () => {
    ui = await openWebUi({ "dags/lake.ts": LAKE });
    expect((await ui.call("publish", "s3://lake/raw/orders", "--id", "first", "--source", "test", "--data", '{"rows":3}')).code).toBe(0);
    await ui.until(["events", "list", "--json"], ({ stdout }) => stdout.includes("s3://lake/gold/revenue"));
    await ui.until(["runs", "list", "--json"], ({ stdout }) => stdout.includes('"failed"'));
  }, 180_000);
  afterAll(() => ui?.[Symbol.asyncDispose]());

  it.each([
    ["the overview", "/", "orders-broken"],
    ["the lineage", "/lineage", "revenue"],
    ["the assets", "/assets", "s3://lake/raw/orders"],
    ["one asset", asset("s3://lake/clean/orders"), "orders-mart"],
    ["the events", "/events", "first"],
    ["one event", "/events/test/first", "orders-clean"],
    ["the DAGs", "/dags", "orders-mart"],
    ["one DAG", "/dags/orders-broken", "1 failed run holds 1 event."],
    ["the runs", "/runs", "orders-broken"],
    ["the watchers", "/watchers", "No watcher is deployed"],
    ["the simulator", "/simulator", "Nothing is played yet"],
  ])("%s is there with what the lake did, for everybody, and asks for nothing that the policy refuses", async (_, path, text) => {
    const { page, complaints } = await ui.open(path);
    await page.getByText(text).first().waitFor();
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })")) as AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("shows an event as it is accepted, without being asked again", async () => {
    const { page } = await ui.open("/events");
    await page.getByText("Live", { exact: true }).first().waitFor();
    expect((await ui.call("publish", "s3://lake/raw/orders", "--id", "while-you-look", "--source", "test")).code).toBe(0);
    await page.getByText("while-you-look").first().waitFor();
    await page.close();
  });

  it("follows an event from where it came in to the gold table", async () => {
    const { page } = await ui.open("/events/test/first");
    await page.getByRole("link", { name: "Its path in the lineage" }).click();
    const way = page.getByRole("complementary", { name: "The way of the event" });
    await way.getByText("gold/revenue").or(way.getByText("revenue")).first().waitFor();
    expect(await way.getByRole("listitem").count()).toBeGreaterThanOrEqual(5);
    await page.close();
  });

  it("finds an asset with the keyboard alone", async () => {
    const { page } = await ui.open("/");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.keyboard.press("/");
    await page.getByRole("combobox", { name: "Search" }).fill("gold/rev");
    await page.getByRole("option", { name: "s3://lake/gold/revenue" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "s3://lake/gold/revenue" }).waitFor();
    await page.close();
  });

  it("finds the run that failed, says why, and repeats what did not succeed", async () => {
    const { page } = await ui.open("/runs?status=failed");
    await page
      .getByRole("link", { name: /^orders-broken\// })
      .first()
      .click();
    await page.getByRole("region", { name: "Why it failed" }).getByText("the pipe burst").first().waitFor();
    const before = page.url();
    await page.getByRole("button", { name: "Rerun" }).click();
    const dialog = page.getByRole("dialog", { name: "Rerun" });
    await dialog.getByText("Runs again: burst").waitFor();
    await dialog.getByRole("button", { name: "Rerun" }).click();
    await page.waitForURL((url) => url.href !== before);
    await page.getByText(/^repeats/).waitFor();
    await page.close();
  });

  it("pauses a DAG, says that it is paused and by whom, and resumes it", async () => {
    const { page } = await ui.open("/dags/orders-clean");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText(/^It is paused by /).waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await page.getByText("Waits for an event of s3://lake/raw/orders.").waitFor();
    await page.close();
  });

  it("says why a DAG does not run, and triggers it with a form made from its parameters", async () => {
    const { page } = await ui.open("/dags/orders-mart");
    await page.getByText("Waits for an event of s3://lake/clean/orders.").waitFor();
    await page.getByRole("button", { name: "Trigger" }).click();
    const dialog = page.getByRole("dialog", { name: "Trigger orders-mart" });
    await dialog.getByLabel("region").selectOption("eu");
    await dialog.getByLabel("rows").fill("many");
    await dialog.getByRole("button", { name: "Trigger" }).last().click();
    await dialog.getByText("It is no number.").waitFor();
    await dialog.getByLabel("rows").fill("12");
    await dialog.getByRole("button", { name: "Trigger" }).last().click();
    await page.waitForURL(/\/runs\/orders-mart%2Fmanual/);
    await page.close();
  });

  it("asks who one is once somebody could sign in, and shows the page that was asked for afterwards", async () => {
    const password = (await ui.call("people", "put", "ada", "--scopes", "read", "--json")).json<{ password: string }>().password;
    const { page } = await ui.open(asset("s3://lake/raw/orders"));
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("the name or the password is wrong").waitFor();
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("orders as they come").waitFor();
    await page.close();
  });
});

describe("the first load", () => {
  it("has less than 180 kB of compressed script", () => {
    const folder = join(dirname(dirname(builtCommand)), "ui");
    const document = readFileSync(join(folder, "index.html"), "utf8");
    const scripts = [...document.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => `${path}.gz`);
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, path) => sum + readFileSync(join(folder, path)).byteLength, 0);
    expect(bytes).toBeLessThan(180_000);
  });

  it("comes with whose software it is made of, and under which licences", () => {
    const notices = readFileSync(join(dirname(dirname(builtCommand)), "ui", NOTICES), "utf8");
    for (const name of ["react", "elkjs", "@xyflow/react", "@fontsource-variable/inter", "tailwindcss"]) expect(notices).toContain(`\n${name} `);
    expect(notices).toContain("Eclipse Public License");
    expect(notices).toContain("SIL OPEN FONT LICENSE");
  });
});
