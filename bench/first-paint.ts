import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { median } from "./statistics.ts";

// How soon a page of the web UI is painted: `npm run bench:ui -- http://127.0.0.1:7280 --password <of admin>`, beside a `headgate dev`.
// A measurement and no test: a busy machine paints late.

const PAGES = ["/", "/problems", "/lineage", "/assets", "/dags", "/runs", "/events"];
const LOADS = 5;
/** After the last larger paint so long nothing must come, in milliseconds. */
const QUIET = 1_500;

/** Of the first load, with nothing in the browser: times in milliseconds since the address was asked for, sizes as they came over the wire. */
interface Paint {
  readonly first: number;
  readonly largest: number;
  readonly scriptKb: number;
}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { chromium: { type: "string", default: "/usr/bin/chromium" }, name: { type: "string", default: "admin" }, password: { type: "string" } },
  });
  const url = positionals[0] ?? "http://127.0.0.1:7280";
  const browser = await chromium.launch({ executablePath: values.chromium, args: ["--no-sandbox"] });
  try {
    const session = values.password === undefined ? undefined : await signIn(browser, url, values.name, values.password);
    write("page", "first paint, ms", "largest paint, ms", "script, kB");
    for (const path of PAGES) {
      const paints: Paint[] = [];
      for (let load = 0; load < LOADS; load += 1) paints.push(await paintOf(browser, url + path, session));
      write(path, ...(["first", "largest", "scriptKb"] as const).map((name) => median(paints.map((paint) => paint[name])).toFixed(0)));
    }
  } finally {
    await browser.close();
  }
}

type Session = Awaited<ReturnType<Awaited<ReturnType<Browser["newContext"]>>["storageState"]>>;

async function signIn(browser: Browser, url: string, name: string, password: string): Promise<Session> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  return context.storageState();
}

async function paintOf(browser: Browser, address: string, session: Session | undefined): Promise<Paint> {
  const context = await browser.newContext(session === undefined ? {} : { storageState: session });
  const page = await context.newPage();
  await page.goto(address);
  const paint = (await page.evaluate(MEASURE)) as Paint;
  await context.close();
  return paint;
}

/** Runs in the page. */
const MEASURE = `new Promise((done) => {
  let largest = 0;
  let quiet;
  const end = () => done({
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
    largest,
    scriptKb: performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).reduce((sum, one) => sum + one.transferSize, 0) / 1e3,
  });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) largest = one.startTime;
    clearTimeout(quiet);
    quiet = setTimeout(end, ${QUIET});
  }).observe({ type: "largest-contentful-paint", buffered: true });
})`;

function write(...cells: readonly string[]): void {
  process.stdout.write(
    `${cells
      .map((cell) => cell.padEnd(20))
      .join("")
      .trimEnd()}\n`,
  );
}

await main();
