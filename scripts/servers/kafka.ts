import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claimPort } from "../../runtime/embedded/ports.ts";
import { mavenJars, runTool } from "./fetch.ts";
import { askPort, runServer } from "./run-server.ts";
import { type RunningServer, type ServerRecipe, type StartOptions, withDefaults } from "./server.ts";

const VERSION = "4.1.1";

export interface KafkaServer extends RunningServer {
  /** `host:port` without TLS and login. */
  readonly broker: string;
  /** The listener with TLS and login, and the certificate that vouches for it. */
  readonly secure: { readonly broker: string; readonly username: string; readonly password: string; readonly certificate: string };
}

/** One Kafka broker that is its own controller. Data, groups and committed offsets outlive a kill. */
export const kafkaServer: ServerRecipe<KafkaServer> = {
  name: "kafka",
  title: `Kafka (Apache Kafka ${VERSION})`,
  prepare: async (options) => void (await jars(options)),
  start: async (options) => {
    const { stateDir } = options;
    const lib = await jars(options);
    await mkdir(stateDir, { recursive: true });
    const port = await claimPort({ port: options.port ?? 0, flag: "--port", purpose: "the Kafka server" });
    const others = { controller: await free(), secure: await free() };
    const keys = await makeKeys(stateDir);
    const settings = join(stateDir, "server.properties");
    await writeFile(settings, settingsOf(stateDir, { plain: port, ...others }, keys));
    const java = [
      ...["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+PerfDisableSharedMem"],
      ...["-Dlog4j2.level=WARN", "-Djava.awt.headless=true", "-cp", `${lib}/*`],
    ];
    if (!existsSync(join(stateDir, "data", "meta.properties"))) {
      // Any 16 bytes are a cluster id; a second JVM to make one up is not needed.
      const id = randomBytes(16).toString("base64url").replace(/^-/, "A");
      await runTool("java", [...java, "kafka.tools.StorageTool", "format", "--standalone", "-t", id, "-c", settings]);
    }
    const broker = `127.0.0.1:${port}`;
    const server = await runServer({
      name: "kafka",
      stateDir,
      url: `kafka://${broker}`,
      env: { HEADGATE_CONN_STREAMS: `kafka://${broker}` },
      command: () => ({ command: "java", args: [...java, "kafka.Kafka", settings] }),
      ask: () => askPort(port),
    });
    return Object.assign(server, {
      broker,
      secure: { broker: `127.0.0.1:${others.secure}`, username: "headgate", password: PASSWORD, certificate: keys.certificate },
    });
  },
};

const PASSWORD = "testsecret";

function jars(options: Partial<StartOptions>): Promise<string> {
  return mavenJars("kafka", VERSION, withDefaults(options));
}

function free(): Promise<number> {
  return claimPort({ port: 0, flag: "--port", purpose: "the Kafka server" });
}

interface Keys {
  readonly store: string;
  /** PEM. */
  readonly certificate: string;
}

/** A key of its own for TLS; `keytool` comes with Java. */
async function makeKeys(stateDir: string): Promise<Keys> {
  const keys = { store: join(stateDir, "keys.p12"), certificate: join(stateDir, "certificate.pem") };
  if (existsSync(keys.certificate)) return keys;
  const common = ["-alias", "broker", "-keystore", keys.store, "-storetype", "PKCS12", "-storepass", PASSWORD];
  const names = ["-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1", "-validity", "3650"];
  await runTool("keytool", ["-genkeypair", "-keyalg", "RSA", ...common, ...names]);
  await runTool("keytool", ["-exportcert", "-rfc", "-file", keys.certificate, ...common]);
  return keys;
}

function settingsOf(stateDir: string, ports: { readonly plain: number; readonly controller: number; readonly secure: number }, keys: Keys): string {
  const listeners = `PLAINTEXT://127.0.0.1:${ports.plain},CONTROLLER://127.0.0.1:${ports.controller},SECURE://127.0.0.1:${ports.secure}`;
  return `process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${ports.controller}
listeners=${listeners}
advertised.listeners=${listeners}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL
sasl.enabled.mechanisms=PLAIN
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_headgate="${PASSWORD}";
ssl.keystore.type=PKCS12
ssl.keystore.location=${keys.store}
ssl.keystore.password=${PASSWORD}
log.dirs=${join(stateDir, "data")}
num.partitions=1
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.retention.check.interval.ms=500
log.initial.task.delay.ms=500
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# A broker that was killed is let in again when its session is over: with the default it would take 12 s.
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
num.network.threads=1
num.io.threads=2
`;
}
