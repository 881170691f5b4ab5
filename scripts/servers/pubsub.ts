import { claimPort } from "../../runtime/embedded/ports.ts";
import { goProgram } from "./fetch.ts";
import { askPort, runServer } from "./run-server.ts";
import { type RunningServer, type ServerRecipe, type StartOptions, withDefaults } from "./server.ts";

export interface PubSubServer extends RunningServer {
  /** `host:port`, without TLS and login. */
  readonly endpoint: string;
  readonly project: string;
}

/** Pub/Sub in memory: Google's pstest. Topics, subscriptions and messages are gone after a restart. */
export const pubsubServer: ServerRecipe<PubSubServer> = {
  name: "pubsub",
  title: "Pub/Sub (Google's pstest 2.6.1)",
  prepare: async (options) => void (await program(options)),
  start: async (options) => {
    const command = await program(options);
    const port = await claimPort({ port: options.port ?? 0, flag: "--port", purpose: "the Pub/Sub server" });
    const endpoint = `127.0.0.1:${port}`;
    const server = await runServer({
      name: "pubsub",
      stateDir: options.stateDir,
      url: `http://${endpoint}`,
      env: { HEADGATE_CONN_EVENTS: `pubsub://test?emulator=${endpoint}` },
      command: () => ({ command, args: ["-port", String(port)] }),
      ask: () => askPort(port),
    });
    return Object.assign(server, { endpoint, project: "test" });
  },
};

function program(options: Partial<StartOptions>): Promise<string> {
  return goProgram("pubsub", withDefaults(options));
}
