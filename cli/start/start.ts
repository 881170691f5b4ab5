#!/usr/bin/env node
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parseTokens } from "../../api/access/tokens.ts";
import { messageOf } from "../../core/errors.ts";
import { apiTokenEntries, loadConfig } from "../../runtime/config.ts";
import { type EmbeddedSession, startDevSession } from "../dev/dev-session.ts";
import { logLineText } from "../dev/log-line.ts";
import { onStop } from "../frame/on-stop.ts";
import { reportError } from "../frame/report-error.ts";
import { graphDiffText } from "../graph-diff-text.ts";
import { findingText } from "../text/finding-text.ts";
import { createPaint } from "../text/paint.ts";
import { checkGold } from "./check-gold.ts";
import { readKeys } from "./keys.ts";
import { countFiles, type DroppedFile } from "./lake-count.ts";
import { countLine, hopLine, keysLine, LAYERS, lineageLine } from "./lake-view.ts";
import { type Landing, landingFolder } from "./landing.ts";
import { landingBucket } from "./landing-bucket.ts";
import { makeSampleFile, type SampleFile } from "./sample-files.ts";
import { createScreen } from "./screen.ts";

// The example lake, running: `npm start`, or `npm start -- --once` to do the job, check it, and stop.

const SAMPLES = 8;
const BURST = 200;
/** Between two looks at the store, in milliseconds. */
const LOOK = 150;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { once: { type: "boolean", default: false }, files: { type: "string", default: String(SAMPLES) } } });
  const { once } = values;
  const stream = process.stdout;
  const paint = createPaint("auto", stream);
  const screen = createScreen(stream);
  const quit = new AbortController();
  onStop(() => quit.abort());
  // A check must not depend on what else uses the usual ports.
  const flags = once ? { "temporal-port": "0", "ui-port": "0", "postgres-port": "0" } : {};
  const config = await loadConfig({ flags });
  const landing = config.connections.names.includes("lake") ? await landingBucket(config.connections.uri("lake")) : landingFolder(config.root);
  const days = once ? daysOfTheirOwn() : recentDays();
  const dropped: (DroppedFile & { readonly file: SampleFile })[] = [];
  const reachedAt = new Map<string, number>();
  let number = once ? 1 : await nextNumber(landing);

  screen.log(`${paint.bold("Headgate")} starts everything: the first time this takes a while`);
  const session = await startDevSession({
    config,
    flags,
    signal: quit.signal,
    onProgress: (line) => screen.log(paint.dim(line)),
    onLine: (line) => screen.log(logLineText(line, paint)),
    onDeploy: ({ diff, project, paths, took }) => {
      for (const { code, text, where, hint } of project.warnings) screen.log(findingText("warning", { code, message: text, where, hint }, paint));
      screen.log(graphDiffText(diff, paint));
      screen.log(paint.dim(paths.length === 0 ? `deployed in ${Math.round(took)} ms` : `${paths.join(", ")} deployed ${Math.round(took)} ms after the save`));
    },
    onMistake: (project) => {
      for (const error of project.errors) screen.log(findingText("error", error, paint));
      screen.log("not deployed; what was deployed before goes on");
    },
    onTrouble: (what) => screen.log(paint.yellow(what)),
    ...(once
      ? {}
      : {
          api: {
            tokens: parseTokens(apiTokenEntries()),
            onFirstAdmin: (password: string) =>
              screen.log(`sign in as ${paint.bold("admin")} with the password ${paint.bold(password)}: it is shown this once`),
          },
        }),
  });

  try {
    if (session.apiUrl) screen.log(`Headgate's web UI: ${paint.bold(session.apiUrl)}`);
    if (session.stack.uiUrl) screen.log(`Temporal's Web UI: ${paint.bold(session.stack.uiUrl)}   landing: ${paint.bold(landing.place)}/<day>/*.jsonl`);
    const store = await session.servers.store();
    let since = Date.now();
    const seen = new Set<string>();
    let count = { in: 0, consumed: 0, lost: 0, doubled: 0 };
    let counted = "";

    const drop = async (): Promise<void> => {
      const file = makeSampleFile(number, days[number % days.length] as string);
      number += 1;
      await landing.drop(file);
      dropped.push({ path: file.path, at: Date.now(), file });
      reachedAt.set("landing", Date.now());
    };
    const show = (): void =>
      screen.status(["", `  ${lineageLine(reachedAt, Date.now(), paint)}`, `  ${countLine(count, paint)}`, ...(once ? [] : [`  ${keysLine(paint)}`])]);

    async function look(): Promise<void> {
      for (const hop of await store.recentHops(since - 2_000)) {
        if (seen.has(hop.run)) continue;
        seen.add(hop.run);
        since = Math.max(since, hop.startedAt);
        const layer = LAYERS.find(({ dag }) => dag === hop.dag);
        if (layer) reachedAt.set(layer.name, Date.now());
        screen.log(hopLine(hop, paint));
      }
      count = await countFiles(store, landing.asset, dropped, Date.now());
      const line = countLine(count, paint);
      // Without a terminal nothing stays in sight: the counter is a line whenever it changes.
      if (!stream.isTTY && line !== counted) screen.log(line);
      counted = line;
    }

    const looking = (async () => {
      while (!quit.signal.aborted) {
        // While Postgres is stopped there is nothing to see.
        await look().catch(() => {
          count = { ...count, in: dropped.length };
        });
        await pause(LOOK);
      }
    })();
    const drawing = setInterval(show, 100);
    try {
      const asked = Number(values.files);
      for (let i = 0; i < asked && !quit.signal.aborted; i += 1) {
        await drop();
        await pause(once ? 20 : 250);
      }
      if (once)
        return await finish(
          session,
          dropped.map(({ file }) => file),
          () => count.consumed === asked && count.doubled === 0,
          quit.signal,
          screen.log,
        );
      const keys = readKeys({
        d: () => void drop().catch((error: unknown) => screen.log(paint.yellow(messageOf(error)))),
        k: () => void killAmid(session, drop, (line) => screen.log(paint.yellow(line)), quit.signal),
        p: () => void stopPostgres(session, (line) => screen.log(paint.yellow(line))),
        w: () => void explainGold(session, screen.log),
        q: () => quit.abort(),
      });
      await new Promise<void>((resolve) => (quit.signal.aborted ? resolve() : quit.signal.addEventListener("abort", () => resolve(), { once: true })));
      keys.close();
      return count.lost + count.doubled === 0 ? 0 : 1;
    } finally {
      clearInterval(drawing);
      quit.abort();
      await looking;
      show();
      screen.close();
    }
  } finally {
    if (once) for (const day of days) await landing.clear(day);
    landing.close();
    await session.stop();
  }
}

/** Waits until the lake has taken everything, and compares the gold table with what the generator put in. */
async function finish(
  session: EmbeddedSession,
  files: readonly SampleFile[],
  isConsumed: () => boolean,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<number> {
  const until = Date.now() + 120_000;
  let differences: readonly string[] = ["the lake was not asked"];
  while (Date.now() < until && !signal.aborted) {
    await pause(200);
    if (!isConsumed()) continue;
    differences = await checkGold(session.warehouseUrl, files);
    if (differences.length === 0) {
      log(
        `gold is right: ${files.length} files in, ${files.reduce((sum, file) => sum + file.truth.length, 0)} customers, ${files.reduce((sum, file) => sum + file.broken, 0)} broken lines refused`,
      );
      return 0;
    }
  }
  for (const difference of differences) log(`gold is wrong: ${difference}`);
  return 1;
}

async function killAmid(session: EmbeddedSession, drop: () => Promise<void>, log: (line: string) => void, signal: AbortSignal): Promise<void> {
  for (let i = 0; i < BURST && !signal.aborted; i += 1) {
    await drop();
    if (i === BURST / 2) {
      log(`kill -9 ${session.worker.pid}: what it was doing is taken over when its heartbeats are missed, after 15 to 30 s`);
      session.worker.kill();
    }
    await pause(10);
  }
}

async function stopPostgres(session: EmbeddedSession, log: (line: string) => void): Promise<void> {
  log("Postgres is stopped for 10 s; drop files meanwhile");
  await session.stack.postgres.stop();
  await pause(10_000);
  await session.stack.postgres.start();
  log("Postgres is back");
}

async function explainGold(session: EmbeddedSession, log: (line: string) => void): Promise<void> {
  try {
    const explained = await (await session.servers.registry()).explain({ dag: "gold-aggregate" });
    for (const line of explained.text.split("\n")) log(line);
  } catch (error) {
    log(messageOf(error));
  }
}

/** Today and the two days before. */
function recentDays(): readonly string[] {
  return [0, 1, 2].map((back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10));
}

/** Days that nothing else uses: a check compares whole partitions. */
function daysOfTheirOwn(): readonly string[] {
  const first = Date.UTC(1980, 0, 1) + (Math.floor(Date.now() / 1_000) % 7_000) * 86_400_000;
  return [0, 1, 2].map((day) => new Date(first + day * 86_400_000).toISOString().slice(0, 10));
}

/** After the files of earlier sessions: a file that comes again is a new version, not a new file. */
async function nextNumber(landing: Landing): Promise<number> {
  const numbers = (await landing.names()).map((name) => Number(/shop-(\d+)\.jsonl$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportError(error, { format: "text", color: "auto" });
}
process.stdout.write("", () => process.exit());
