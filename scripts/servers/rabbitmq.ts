import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { claimPort } from "../../runtime/embedded/ports.ts";
import { withHeartbeat } from "../../runtime/progress.ts";
import { runTool } from "./fetch.ts";
import { askPort, runServer } from "./run-server.ts";
import { type PrepareOptions, type ServerRecipe, withDefaults } from "./server.ts";

const DEBIAN = "/usr/lib/rabbitmq/lib";

/** RabbitMQ as Debian packages it. Durable queues and persistent messages outlive a kill. */
export const rabbitmqServer: ServerRecipe = {
  name: "rabbitmq",
  title: "RabbitMQ (Debian)",
  prepare: async (options) => void (await install(options)),
  start: async (options) => {
    const { stateDir } = options;
    const program = await install(options);
    const free = (): Promise<number> => claimPort({ port: 0, flag: "--port", purpose: "the RabbitMQ server" });
    const port = await claimPort({ port: options.port ?? 0, flag: "--port", purpose: "the RabbitMQ server" });
    const ports = { distribution: await free(), epmd: await free() };
    await mkdir(join(stateDir, "home"), { recursive: true });
    const settings = join(stateDir, "rabbitmq.conf");
    const plugins = join(stateDir, "enabled_plugins");
    await writeFile(
      settings,
      `listeners.tcp.1 = 127.0.0.1:${port}\nlog.console = true\nlog.console.level = warning\ndisk_free_limit.absolute = 50MB\nvm_memory_high_watermark.absolute = 1GB\n`,
    );
    await writeFile(plugins, "[].");
    const url = `amqp://guest:guest@127.0.0.1:${port}`;
    const server = await runServer({
      name: "rabbitmq",
      stateDir,
      url,
      env: { HEADGATE_CONN_BROKER: url },
      command: () => ({
        command: program,
        args: [],
        env: {
          // The script becomes the server instead of waiting for it: a signal reaches the server itself.
          RUNNING_UNDER_SYSTEMD: "true",
          HOME: join(stateDir, "home"),
          RABBITMQ_NODENAME: `headgate${port}@localhost`,
          RABBITMQ_CONF_ENV_FILE: "/dev/null",
          RABBITMQ_CONFIG_FILE: settings,
          RABBITMQ_ADVANCED_CONFIG_FILE: join(stateDir, "advanced.config"),
          RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
          RABBITMQ_MNESIA_BASE: join(stateDir, "mnesia"),
          RABBITMQ_LOG_BASE: join(stateDir, "log"),
          RABBITMQ_PID_FILE: join(stateDir, "beam.pid"),
          RABBITMQ_DIST_PORT: String(ports.distribution),
          ERL_EPMD_PORT: String(ports.epmd),
          ERL_EPMD_ADDRESS: "127.0.0.1",
          RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
        },
        patience: 30_000,
      }),
      ask: () => askPort(port),
      patience: 120_000,
    });
    // Erlang's port mapper, which the node started, does not end with it.
    const endMapper = (): Promise<unknown> =>
      runTool("epmd", ["-kill"], { env: { ERL_EPMD_PORT: String(ports.epmd), ERL_EPMD_ADDRESS: "127.0.0.1" } }).catch(() => undefined);
    const stop = server.stop.bind(server);
    return Object.assign(server, {
      stop: () =>
        stop()
          .then(endMapper)
          .then(() => undefined),
    });
  },
};

/** The program's path. As root on Debian it is installed by apt, within a time limit; elsewhere the error says how. */
async function install(options: PrepareOptions): Promise<string> {
  const { onProgress } = withDefaults(options);
  const installed = find();
  if (installed !== undefined) return installed;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Error("RabbitMQ is not installed: apt-get install rabbitmq-server");
  onProgress("installing RabbitMQ with apt (40 MB), once");
  await withHeartbeat(
    onProgress,
    (elapsed) => `installing RabbitMQ: ${Math.round(elapsed / 1000)} s`,
    async () => {
      const apt = ["-o", "DPkg::Lock::Timeout=120", "-y", "--no-install-recommends"];
      // Its own service must not start: it would listen on all interfaces.
      const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
      await runTool("timeout", ["300", "apt-get", "update"], { env });
      await runTool("timeout", ["300", "apt-get", ...apt, "install", "rabbitmq-server"], { env });
    },
  );
  const now = find();
  if (now === undefined) throw new Error("apt installed RabbitMQ, and its program is not where Debian puts it");
  return now;
}

function find(): string | undefined {
  const version = existsSync(DEBIAN) ? readdirSync(DEBIAN).find((name) => name.startsWith("rabbitmq_server-")) : undefined;
  return version === undefined ? undefined : join(DEBIAN, version, "sbin", "rabbitmq-server");
}
