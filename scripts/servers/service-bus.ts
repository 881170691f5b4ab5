import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claimPort } from "../../runtime/embedded/ports.ts";
import { askPort, runServer } from "./run-server.ts";
import type { RunningServer, ServerRecipe } from "./server.ts";
import type { EntityOptions } from "./service-bus/entity.ts";

export interface ServiceBusServer extends RunningServer {
  /** As the SDK takes it. */
  readonly connectionString: string;
  /** Makes a queue (`orders`) or a subscription (`sales/subscriptions/headgate`); undefined removes it with its messages. */
  declare(name: string, options: EntityOptions | undefined): Promise<void>;
}

/** What a person finds when `npm run servers -- servicebus` has started. */
const FIRST = { orders: {}, "sales/subscriptions/headgate": {}, "by-session": { sessions: true } };

/** A peer of Service Bus, ours, over real AMQP 1.0: Azure's emulator needs Docker. Messages are gone after a restart. */
export const serviceBusServer: ServerRecipe<ServiceBusServer> = {
  name: "servicebus",
  title: "Service Bus (an AMQP 1.0 peer on rhea)",
  prepare: async () => undefined,
  start: async ({ stateDir, port: wanted }) => {
    const port = await claimPort({ port: wanted ?? 0, flag: "--port", purpose: "the Service Bus server" });
    const entities = join(stateDir, "entities.json");
    const peer = fileURLToPath(new URL("service-bus/peer.ts", import.meta.url));
    const server = await runServer({
      name: "servicebus",
      stateDir,
      url: `amqp://127.0.0.1:${port}`,
      env: { HEADGATE_CONN_BUS: `sb://test:secret@127.0.0.1:${port}?emulator=true` },
      command: async () => {
        await writeFile(entities, JSON.stringify(FIRST), { flag: "wx" }).catch(() => undefined);
        return { command: process.execPath, args: ["--import", import.meta.resolve("tsx"), peer, String(port), entities] };
      },
      ask: () => askPort(port),
    });
    return Object.assign(server, {
      connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=test;SharedAccessKey=secret;UseDevelopmentEmulator=true;`,
      declare: async (name: string, options: EntityOptions | undefined) => {
        // In one go: others declare theirs at the same time. Whole or not at all: the peer reads it at any time.
        const all = JSON.parse(readFileSync(entities, "utf8")) as Record<string, EntityOptions | undefined>;
        all[name] = options;
        writeFileSync(`${entities}.new`, JSON.stringify(all));
        renameSync(`${entities}.new`, entities);
      },
    });
  },
};
