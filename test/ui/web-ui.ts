import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { childEnvironment } from "../../runtime/config.ts";
import { openWorkplace, type Workplace } from "../cli/workplace.ts";
import { builtCommand } from "../support/built-command.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The API listens, and what was accepted is in the store, a moment later; on a busy machine the moment is long. */
const PATIENCE = 120_000;

/** The browser of this machine; undefined if there is none on PATH. */
export const browserFile: string | undefined = (childEnvironment().PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** A deployed project with its worker, the API with the web UI, and a browser. */
export interface WebUi extends Workplace {
  readonly url: string;
  /** What a program of this machine does by the API: a request costs a hundredth of a command. Throws unless it is taken. */
  post<Answer = unknown>(path: string, body: object): Promise<Answer>;
  /** Reads a list again and again until it is as it is waited for, told as text. */
  untilRead(path: string, isThere: (text: string) => boolean): Promise<void>;
  /** A window of its own. What its console complains of is in `complaints`. */
  open(path: string): Promise<{ readonly page: Page; readonly complaints: readonly string[] }>;
}

/** Starts all of it once, for all the tests of a file. */
export async function openWebUi(files: Readonly<Record<string, string>>): Promise<WebUi> {
  // Nothing answers there: links lead to it.
  const place = await openWorkplace(files, { HEADGATE_TEMPORAL_UI: "http://temporal.example" });
  await place.startWorker();
  const deployed = await place.call("deploy");
  if (deployed.code !== 0) throw new Error(`the project is not deployed:\n${deployed.stderr}`);
  const api = spawn(process.execPath, [builtCommand, "api", "--port", "0"], {
    cwd: place.project.root,
    stdio: ["ignore", "ignore", "pipe"],
    env: childEnvironment(place.env),
  });
  let said = "";
  api.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const listens = (): string | undefined => /listens on (http:\/\/[\w.:]+)/.exec(said)?.[1];
  for (const end = performance.now() + PATIENCE; listens() === undefined; await delay(50)) {
    if (api.exitCode !== null || performance.now() > end) throw new Error(`the API did not start:\n${said}`);
  }
  const url = listens() ?? "";
  // Containers have no user namespaces for its sandbox; the pages are our own.
  const browser: Browser = await chromium.launch({ ...(browserFile === undefined ? {} : { executablePath: browserFile }), args: ["--no-sandbox"] });
  return {
    ...place,
    url,
    post: async <Answer>(path: string, body: object) => {
      const answer = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${text}`);
      return JSON.parse(text) as Answer;
    },
    untilRead: async (path, isThere) => {
      let text = "";
      for (const end = performance.now() + PATIENCE; !isThere(text); await delay(200)) {
        if (performance.now() > end) throw new Error(`${path} did not come to say what was waited for:\n${text}`);
        text = await (await fetch(url + path)).text();
      }
    },
    open: async (path) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      const complaints: string[] = [];
      page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
      page.on("pageerror", (error) => void complaints.push(String(error)));
      await page.goto(url + path);
      return { page, complaints };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      if (api.exitCode === null) {
        api.kill("SIGTERM");
        await once(api, "exit");
      }
      await place[Symbol.asyncDispose]();
    },
  };
}
