import type { Command } from "commander";
import { parseTokens } from "../api/access/tokens.ts";
import { apiTokenEntries } from "../runtime/config.ts";
import { startDevSession } from "./dev/dev-session.ts";
import { existingServers } from "./dev/existing-servers.ts";
import { logLineText } from "./dev/log-line.ts";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { flagsOf, SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { onStop } from "./frame/on-stop.ts";
import { graphDiffText } from "./graph-diff-text.ts";
import { reportFindings } from "./report-findings.ts";

/** `headgate dev`: everything on this machine, without Docker, until Ctrl-C. */
export function addDev(program: Command): void {
  const command = program
    .command("dev")
    .summary("start Temporal, Postgres, a worker and the API; deploy on each save")
    .description(
      "Starts Temporal, Postgres, a worker and the HTTP API, deploys the project, and deploys it again on each save. With --temporal or --database-url it uses those servers in place of its own.",
    )
    .helpGroup("Run");
  withSettings(withOutput(command), [
    "project",
    ...SERVER_SETTINGS,
    ...STORE_SETTINGS,
    "stateDir",
    "temporalPort",
    "uiPort",
    "postgresPort",
    "apiPort",
    "metricsPort",
    "logLevel",
  ]);
  withExamples(command, [
    ["headgate dev", "state stays in .headgate/; Ctrl-C stops everything"],
    ["headgate dev --temporal-port 0 --ui-port 0 --postgres-port 0 --api-port 0", "free ports"],
    ["headgate dev --temporal temporal.example:7233 --environment ada", "a server that others use too, under names of its own"],
  ]);
  act(command, async ({ config, output }) => {
    const stop = new AbortController();
    const stopped = new Promise((resolve) => stop.signal.addEventListener("abort", resolve, { once: true }));
    onStop(() => stop.abort());
    const own = await config();
    const session = await startDevSession({
      config: own,
      existing: existingServers(own),
      api: {
        tokens: parseTokens(apiTokenEntries()),
        onFirstAdmin: (password) => output.note(`sign in as admin with the password ${password}: it is shown this once`),
      },
      flags: flagsOf(command),
      signal: stop.signal,
      onProgress: (line) => output.note(line),
      onLine: (line) => output.note(logLineText(line, output.paint)),
      onDeploy: ({ diff, project, paths, took }) => {
        reportFindings(project, output);
        output.note(graphDiffText(diff, output.paint));
        output.note(`deployed${paths.length === 0 ? "" : ` ${paths.join(", ")}`} in ${Math.round(took)} ms`);
      },
      onMistake: (project) => {
        reportFindings(project, output);
        output.note("not deployed: correct the errors and save again");
      },
      onTrouble: (what) => output.note(what),
    });
    output.note(`Temporal   ${session.stack.temporalAddress}${session.stack.uiUrl === undefined ? "" : `   Web UI ${session.stack.uiUrl}`}`);
    output.note(`Headgate   ${session.apiUrl}   the web UI, and the API below /v1`);
    output.note("Ctrl-C stops everything");
    await stopped;
    output.note("stopping");
    await session.stop();
    return EXIT.ok;
  });
}
