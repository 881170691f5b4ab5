import { sftpServer } from "../../../scripts/servers/sftp.ts";
import { describeWithServer } from "../../support/servers.ts";
import { sourceContract } from "../source-contract.ts";
import { createOutboxWorld } from "./outbox-world.ts";

await describeWithServer("OpenSSH", sftpServer, (server) => {
  sourceContract("the SFTP source", () => createOutboxWorld(server()));
});
