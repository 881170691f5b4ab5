import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOTICES } from "../../ui/third-party-notices.ts";
import { builtCommand } from "../support/built-command.ts";
import { LAKE_PROJECT } from "./lake-project.ts";
import { browserFile, openWebUi, type WebUi } from "./web-ui.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What a person's browser sends, with the second token of the session. */
const PAUSE = `fetch("/v1/dags/orders-mart/pause", {
  method: "POST",
  headers: { "content-type": "application/json", "x-csrf-token": decodeURIComponent(/csrf=([^;]+)/.exec(document.cookie)[1]) },
  body: "{}",
}).then((answer) => answer.json())`;

function runLink(page: Page, dag: string): Locator {
  return page.getByRole("link", { name: new RegExp(`^${dag}/`) }).first();
}

/** What stands in the way of somebody who does not see it or has no mouse. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })")) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Roles and names as somebody with a screen reader has them; the content policy holds, since only the browser's own tools get past it. */
const asset = (uri: string): string => `/assets/${encodeURIComponent(uri)}`;

describe.skipIf(browserFile === undefined)("the web UI in a browser (without one these are skipped: `apt-get install chromium`)", { timeout: 120_000 }, () => {
  let ui: WebUi;

  beforeAll(async () => {
    ui = await openWebUi(LAKE_PROJECT);
    await ui.post("/v1/events", { asset: "s3://lake/raw/orders", id: "first", source: "test", data: { rows: 3 } });
    await ui.untilRead("/v1/events?asset=s3://lake/gold/revenue", (text) => text.includes('"run":"orders-mart/'));
    await ui.untilRead("/v1/runs?dag=orders-broken", (text) => text.includes('"failed"'));
    await ui.untilRead("/v1/runs?dag=refresh-rates", (text) => text.includes('"succeeded"'));
    await ui.untilRead("/v1/watchers/arrivals/dead-letters", (text) => text.includes("bad-1.csv"));
  }, 300_000);
  afterAll(() => ui?.[Symbol.asyncDispose]());

  it.each([
    ["the overview", "/", "orders-broken"],
    ["the problems", "/problems", "the pipe burst"],
    ["the lineage", "/lineage", "revenue"],
    ["the assets", "/assets", "s3://lake/raw/orders"],
    ["one asset", asset("s3://lake/clean/orders"), "orders-mart"],
    ["the events", "/events", "first"],
    ["one event", "/events/test/first", "orders-clean"],
    ["the DAGs", "/dags", "orders-mart"],
    ["one DAG", "/dags/orders-broken", "1 failed run holds 1 event."],
    ["the runs", "/runs", "orders-broken"],
    ["the runs of a DAG, with what can be done to all", "/runs?dag=orders-broken", "Rerun failed ones"],
    ["the watchers", "/watchers", "arrivals"],
    ["one watcher", "/watchers/arrivals", "bad-1.csv has no header"],
    ["the simulator", "/simulator", "Nothing is played yet"],
    ["a replay", "/simulator?tab=replay", "Nothing is replayed yet"],
    ["the operations", "/operations", "registry and watchers"],
  ])("%s is there with what the lake did, for everybody, and asks for nothing that the policy refuses", async (_, path, text) => {
    const { page, complaints } = await ui.open(path);
    await page.getByText(text).first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("shows a failed run for everybody: its tasks, its attempts, its lines", async () => {
    const { page, complaints } = await ui.open("/runs?status=failed");
    await runLink(page, "orders-broken").click();
    await page.getByRole("region", { name: "Why it failed" }).getByText("the pipe burst").first().waitFor();
    await page.getByRole("region", { name: "Graph of the tasks" }).getByText("burst").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("lists what is wrong, says how much beside every page, and leads to the thing", async () => {
    const { page } = await ui.open("/problems");
    const table = page.getByRole("region", { name: "Problems" });
    for (const text of ["failed", "stale", "dead letters"]) await table.getByText(text, { exact: true }).first().waitFor();
    await page
      .getByRole("navigation", { name: "Pages" })
      .getByRole("link", { name: /^Problems \d+ open$/ })
      .waitFor();
    await table.getByRole("link", { name: "arrivals" }).click();
    await page.getByRole("heading", { name: "arrivals" }).waitFor();
    await page.close();
  });

  it("makes partitions that are missing: what would run first, then how far it is", async () => {
    const { page } = await ui.open(asset("s3://lake/sessions"));
    await page.getByRole("button", { name: /^Choose the \d that need a look$/ }).click();
    await page.getByRole("button", { name: "Backfill or repair" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^\d runs$/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Make" }).click();
    await page.waitForURL(/\/runs\?work=/);
    await page.getByRole("region", { name: "How far it is" }).getByText("succeeded", { exact: true }).waitFor();
    await page.close();
  });

  it("cancels all runs that the filters find, and repeats those that failed", async () => {
    for (let n = 0; n < 2; n += 1) await ui.post("/v1/dags/hold/trigger", {});
    await ui.untilRead("/v1/runs?dag=hold&status=running", (text) => text.split('"run":').length > 2);
    const { page } = await ui.open("/runs?dag=hold");
    await page.getByRole("button", { name: "Cancel these" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel 2" }).click();
    await page.getByRole("dialog").getByText("2 asked.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await page.getByRole("region", { name: "Runs" }).getByText("cancelled").nth(1).waitFor();
    await page.goto(`${ui.url}/runs?dag=orders-broken&status=failed`);
    await page.getByRole("button", { name: "Rerun failed ones" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Rerun \d/ })
      .click();
    await page
      .getByRole("dialog")
      .getByText(/^\d asked\.$/)
      .waitFor();
    await page.close();
  });

  it("asks somebody where a run waits for a person, and goes on with the answer", async () => {
    const { run } = await ui.post<{ readonly run: string }>("/v1/dags/release/trigger", {});
    const { page } = await ui.open(`/runs/${encodeURIComponent(run)}`);
    const asks = page.getByRole("region", { name: "Answer for review" });
    await asks.getByRole("button", { name: "Approve" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Approve" }).click();
    await page.getByRole("button", { name: "ship: succeeded" }).or(page.getByText("2 succeeded")).first().waitFor();
    await page.close();
  });

  it("gives a watcher another position, and a dead letter another try", async () => {
    const { page } = await ui.open("/watchers/arrivals");
    await page.getByRole("button", { name: "Reset position" }).click();
    const reset = page.getByRole("dialog", { name: "Reset the position of arrivals" });
    await reset.getByLabel("At a position").check();
    await reset.getByLabel("Position", { exact: true }).fill("{ after");
    expect(await reset.getByRole("button", { name: "Reset" }).isDisabled()).toBe(true);
    await reset.getByLabel("Position", { exact: true }).fill(JSON.stringify({ after: "2026-11-01T00:00:00Z" }));
    await reset.getByLabel("Why").fill("from november on");
    await reset.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("region", { name: "Resets" }).getByText("from november on").waitFor();
    await ui.project.write("fixed", "");
    await page.getByRole("button", { name: "Redrive" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).click();
    await page.getByText(/; redriven by /).waitFor();
    await page.close();
  });

  it("plays a scenario, and shows which runs there would be", async () => {
    const { page } = await ui.open("/simulator");
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByText("1 run.").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it("holds the whole registry only with a reason, and lets it go on", async () => {
    const { page } = await ui.open("/operations");
    await page.getByRole("button", { name: "Hold everything" }).click();
    const hold = page.getByRole("dialog").getByRole("button", { name: "Hold everything" });
    expect(await hold.isDisabled()).toBe(true);
    await page.getByRole("dialog").getByLabel("Why").fill("the lake moves");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing starts: it is held since").waitFor();
    await page.getByRole("button", { name: "Release" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
    await page.getByText("decides", { exact: true }).waitFor();
    await page.getByText("held the registry").waitFor();
    await page.close();
  });

  it("shows an event as it is accepted, without being asked again", async () => {
    const { page } = await ui.open("/events");
    await page.getByText("Live", { exact: true }).first().waitFor();
    await ui.post("/v1/events", { asset: "s3://lake/raw/orders", id: "while-you-look", source: "test" });
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
    await runLink(page, "orders-broken").click();
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
    // The page of the DAG is there until that of the run is loaded, and has buttons for the tasks of other runs.
    await page.getByRole("heading", { name: /^orders-mart\/manual/ }).waitFor();
    // What it was given and what came of it, from its history; and the way to all of that history.
    await page.getByText("succeeded", { exact: true }).first().waitFor();
    await page
      .getByRole("button", { name: /^sum: succeeded|sum/ })
      .first()
      .click();
    await page.getByText('"region": "eu"').waitFor();
    await page.getByText('"total": 7').waitFor();
    const history = await page.getByRole("link", { name: "Temporal" }).getAttribute("href");
    expect(history).toMatch(/^http:\/\/temporal\.example\/namespaces\/[^/]+\/workflows\/[^/]*orders-mart%2Fmanual[^/]*\/[^/]+\/history$/);
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
    await page.getByText("may only look").waitFor();
    await page.goto(`${ui.url}/dags/orders-mart`);
    await page.getByText("Waits for an event of s3://lake/clean/orders.").waitFor();
    expect(await page.getByRole("button", { name: /Pause|Trigger|Backfill/ }).count()).toBe(0);
    // A button that is not there is no protection: the API refuses who presses it all the same.
    const { status, code } = (await page.evaluate(PAUSE)) as { readonly status: number; readonly code: string };
    expect({ status, code }).toEqual({ status: 403, code: "E_ACCESS" });
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
    for (const name of ["react", "@xyflow/react", "@fontsource-variable/inter", "tailwindcss"]) expect(notices).toContain(`\n${name} `);
    expect(notices).toContain("SIL OPEN FONT LICENSE");
  });
});
