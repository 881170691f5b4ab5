import type { Command } from "commander";
import type { ApiClient } from "../../client/http/api-client.ts";
import { defined } from "../../core/defined.ts";
import { hideInError } from "../../core/hide-secrets.ts";
import { type Config, loadConfig } from "../../runtime/config.ts";
import type { DefinitionSet } from "../../runtime/definition-set.ts";
import { openApi } from "./api.ts";
import { createServers, type Servers } from "./connect.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { flagsOf, outputChoices } from "./flags.ts";
import { createOutput, type Output } from "./output.ts";

/** One call of a command. */
export interface Call<Options> {
  /** What was typed, without defaults. */
  readonly options: Options;
  readonly output: Output;
  /** The configuration, loaded when it is first asked for. Throws `E_CONFIG`. */
  config(): Promise<Config>;
  /** The API that answers, elsewhere or in this process. `definitions` of the project's files are for actions that need what they say. */
  api(definitions?: DefinitionSet): Promise<ApiClient>;
  /** The servers of the configuration, closed after the command: for commands that are about the servers themselves. */
  servers(): Promise<Servers>;
}

/** What a command does; arguments stand in their order. Its result is the exit code, 0 if there is none. */
export type Action<Options, Args extends readonly unknown[]> = (call: Call<Options>, ...args: Args) => Promise<ExitCode | undefined>;

/** Gives a command what it does: it may fail anywhere, and what it opened is closed. */
export function act<Options extends object, Args extends readonly unknown[] = []>(command: Command, action: Action<Options, Args>): Command {
  return command.action(async () => {
    const options = command.opts<Options>();
    let config: Promise<Config> | undefined;
    let servers: Promise<Servers> | undefined;
    let api: Promise<ApiClient> | undefined;
    const call: Call<Options> = {
      options,
      output: createOutput(outputChoices(options)),
      config: () => {
        config ??= loadConfig({ flags: flagsOf(command) });
        return config;
      },
      api: (definitions) => {
        api ??= call.config().then((own) => openApi({ config: own, servers: call.servers, output: call.output, ...defined({ definitions }) }));
        return api;
      },
      servers: () => {
        servers ??= call.config().then(createServers);
        return servers;
      },
    };
    // Nothing that a command does needs an orderly end: what reached a server is safe there.
    const interrupt = (): never => process.exit(EXIT.interrupted);
    process.once("SIGINT", interrupt);
    try {
      process.exitCode = (await action(call, ...(command.processedArgs as unknown as Args))) ?? EXIT.ok;
    } catch (error) {
      // What a driver says may quote the URI that it was given.
      const known = await config?.catch(() => undefined);
      throw known === undefined ? error : hideInError(error, known.connections.hide);
    } finally {
      process.removeListener("SIGINT", interrupt);
      await (await servers?.catch(() => undefined))?.close();
    }
  });
}
