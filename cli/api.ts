import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { parseScope } from "../api/access/scope.ts";
import { hashOf } from "../api/access/secret.ts";
import { parseTokens } from "../api/access/tokens.ts";
import { HeadgateError } from "../core/errors.ts";
import { apiTokenEntries, namesTraceCollector } from "../runtime/config.ts";
import { createLogger } from "../runtime/logger.ts";
import { act } from "./frame/command.ts";
import { EXIT } from "./frame/exit-codes.ts";
import { SERVER_SETTINGS, STORE_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { onStop } from "./frame/on-stop.ts";
import { loadProject } from "./project.ts";
import { reportFindings } from "./report-findings.ts";

interface ApiFlags {
  readonly host: string;
  readonly port: string;
  readonly newToken?: string;
  readonly name: string;
}

/** `headgate api`: takes events and webhooks over HTTP until it is told to stop. */
export function addApi(program: Command): void {
  const command = program
    .command("api")
    .summary("serve the HTTP API: read, publish, operate")
    .description(
      "Serves the HTTP API until SIGTERM. Beyond loopback it needs access control: `headgate tokens`, `headgate people`, or a provider of OpenID Connect.",
    )
    .option("--host <address>", "where it listens", "127.0.0.1")
    .option("--port <port>", "0 takes a free one", "7280")
    .option("--new-token <scopes>", "print a new token and its entry for HEADGATE_API_TOKENS, and end")
    .option("--name <name>", "who uses the new token", "token")
    .helpGroup("Run");
  withSettings(withOutput(command), ["project", ...SERVER_SETTINGS, ...STORE_SETTINGS, "logLevel"]);
  withExamples(command, [
    ["headgate api", "on this machine; without any token or person, for everybody on it"],
    ["headgate api --new-token publish:s3://lake/raw/,start:sales --name ci", "a token that needs no store: an entry of HEADGATE_API_TOKENS"],
    ["headgate api --host 0.0.0.0", "beyond this machine"],
  ]);
  act<ApiFlags>(command, async ({ options, config, output, servers }) => {
    if (options.newToken !== undefined) {
      for (const scope of options.newToken.split(",")) parseScope(scope);
      const token = `hg_${randomBytes(32).toString("base64url")}`;
      const entry = `${options.name} ${hashOf(token)} ${options.newToken}`;
      parseTokens(entry);
      output.result({ token, entry }, () => `token  ${token}\nentry  ${entry}`);
      return EXIT.ok;
    }
    const port = Number(options.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new HeadgateError("E_USAGE", `--port is "${options.port}"`, { hint: "give a number from 0 to 65535" });
    const [{ startApi }, { createDefinitionSet }, { guardedLog }, own, open] = await Promise.all([
      import("./start-api.ts"),
      import("../runtime/definition-set.ts"),
      import("../runtime/guarded-log.ts"),
      config(),
      servers(),
    ]);
    const logger = createLogger({ level: own.settings.logLevel });
    const tracing = namesTraceCollector() ? await (await import("../runtime/tracing/start-tracing.ts")).startTracing(logger) : undefined;
    const store = await open.store();
    const [temporal, project] = await Promise.all([open.temporal(), loadProject(own), store.migrate()]);
    reportFindings({ errors: project.errors, warnings: [] }, output);
    const definitions = createDefinitionSet(project.definitions);
    const api = await startApi({
      ...{ config: own, temporal, store, definitions: () => definitions, tokens: parseTokens(apiTokenEntries()), trustsPrograms: false },
      ...{ host: options.host, port, portFlag: "--port" },
      log: guardedLog(logger, own.connections.hide),
    });
    const told = new Promise<void>(onStop);
    output.note(`the API listens on ${api.url}, and the web UI is there`);
    await told;
    await api.stop();
    await tracing?.stop();
    return EXIT.ok;
  });
}
