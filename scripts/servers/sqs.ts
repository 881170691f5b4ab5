import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claimPort } from "../../runtime/embedded/ports.ts";
import { mavenJars } from "./fetch.ts";
import { askHttp, runServer } from "./run-server.ts";
import { type RunningServer, type ServerRecipe, type StartOptions, withDefaults } from "./server.ts";

const VERSION = "1.7.1";

export interface SqsServer extends RunningServer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** SQS in memory: ElasticMQ, with FIFO queues and redrive. What was in its queues is gone after a restart, and the queues too. */
export const sqsServer: ServerRecipe<SqsServer> = {
  name: "sqs",
  title: `SQS (ElasticMQ ${VERSION})`,
  prepare: async (options) => void (await jars(options)),
  start: async (options) => {
    const { stateDir } = options;
    const folder = await jars(options);
    const port = await claimPort({ port: options.port ?? 0, flag: "--port", purpose: "the SQS server" });
    const url = `http://127.0.0.1:${port}`;
    const access = { accessKeyId: "test", secretAccessKey: "testsecret", region: "us-east-1" };
    const settings = join(stateDir, "elasticmq.conf");
    const server = await runServer({
      name: "sqs",
      stateDir,
      url,
      env: { HEADGATE_CONN_QUEUES: `http://${access.accessKeyId}:${access.secretAccessKey}@127.0.0.1:${port}/?region=${access.region}` },
      command: async () => {
        await writeFile(settings, settingsOf(port, access.region));
        const java = ["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+PerfDisableSharedMem"];
        return { command: "java", args: [...java, `-Dconfig.file=${settings}`, "-cp", `${folder}/*`, "org.elasticmq.server.Main"] };
      },
      ask: () => askHttp(`${url}/?Action=ListQueues`),
    });
    return Object.assign(server, access);
  },
};

function jars(options: Partial<StartOptions>): Promise<string> {
  return mavenJars("elasticmq", VERSION, withDefaults(options));
}

function settingsOf(port: number, region: string): string {
  return `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
generate-node-address = false
auto-create-queues { enabled = false }
aws { region = ${region}, accountId = 000000000000 }
`;
}
