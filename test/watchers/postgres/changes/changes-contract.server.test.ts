import { postgresServer } from "../../../../scripts/servers/postgres.ts";
import { createMemoryOutbox } from "../../../../watchers/outbox-memory.ts";
import { describeWithServer } from "../../../support/servers.ts";
import { sourceContract } from "../../source-contract.ts";
import { createChangesWorld } from "./changes-world.ts";

await describeWithServer("Postgres with logical replication", postgresServer, (server) => {
  sourceContract(
    "the source of changes in Postgres",
    () => createChangesWorld(server()),
    async () => {
      const outbox = createMemoryOutbox();
      return { outbox, deadLetters: async (watcher) => outbox.view(watcher).deadLetters };
    },
    { forgets: true },
  );
});
