import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { claimPort } from "../../runtime/embedded/ports.ts";
import { withHeartbeat } from "../../runtime/progress.ts";
import { fingerprintOf } from "../../watchers/sftp/known-hosts.ts";
import { runTool } from "./fetch.ts";
import { askPort, runServer } from "./run-server.ts";
import { type PrepareOptions, type RunningServer, type ServerRecipe, withDefaults } from "./server.ts";

const PROGRAM = "/usr/sbin/sshd";

export interface SftpServer extends RunningServer {
  /** The folder of the login: what a client puts there is seen here. */
  readonly home: string;
  readonly port: number;
  /** Path of the private key that may log in. */
  readonly key: string;
  readonly username: string;
  /** As `ssh` prints it: `SHA256:...`. */
  readonly fingerprint: string;
  /** A `known_hosts` file with the server's key. */
  readonly knownHosts: string;
  /** kill -9 for the processes that serve the open connections; how many there were. The server itself goes on. */
  endSessions(): number;
  /** Gives the server another host key: as if it were another one. Takes effect when it is started again. */
  changeHostKey(): Promise<void>;
}

/** OpenSSH's own sshd, for files only, on loopback, with keys and settings in its own folder. Who starts it may log in, by a key. */
export const sftpServer: ServerRecipe<SftpServer> = {
  name: "sftp",
  title: "SFTP (OpenSSH)",
  prepare: (options) => install(options),
  start: async (options) => {
    const { stateDir } = options;
    await install(options);
    const port = await claimPort({ port: options.port ?? 0, flag: "--port", purpose: "the SFTP server" });
    const [home, hostKey, key, settings, knownHosts] = ["home", "host_key", "client_key", "sshd_config", "known_hosts"].map((name) => join(stateDir, name)) as [
      string,
      string,
      string,
      string,
      string,
    ];
    await mkdir(home, { recursive: true });
    // Its separated child wants this folder, and only root can make it.
    if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
    for (const path of [hostKey, key]) if (!existsSync(path)) await makeKey(path);
    await writeFile(
      settings,
      [
        `Port ${port}`,
        "ListenAddress 127.0.0.1",
        `HostKey ${hostKey}`,
        `AuthorizedKeysFile ${key}.pub`,
        `PidFile ${join(stateDir, "sshd-itself.pid")}`,
        "UsePAM no",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PermitRootLogin prohibit-password",
        // The folder may lie below one that others can write to.
        "StrictModes no",
        `Subsystem sftp internal-sftp -d ${home}`,
        `ForceCommand internal-sftp -d ${home}`,
        "AllowTcpForwarding no",
        "X11Forwarding no",
        "MaxStartups 100",
        "LogLevel ERROR",
        "",
      ].join("\n"),
    );
    const publicKey = async (): Promise<string> => (await readFile(`${hostKey}.pub`, "utf8")).split(" ").slice(0, 2).join(" ");
    await writeFile(knownHosts, `[127.0.0.1]:${port} ${await publicKey()}\n`);
    const fingerprint = fingerprintOf(Buffer.from((await publicKey()).split(" ")[1] ?? "", "base64"));
    const { username } = userInfo();
    const url = `sftp://${username}@127.0.0.1:${port}?key=${encodeURIComponent(key)}&fingerprint=${encodeURIComponent(fingerprint)}`;
    const server = await runServer({
      name: "sftp",
      stateDir,
      url,
      env: { HEADGATE_CONN_PARTNER: url },
      command: () => ({ command: PROGRAM, args: ["-D", "-e", "-f", settings], env: {}, patience: 5_000 }),
      ask: () => askPort(port),
    });
    const endSessions = (): number => childrenOf(server.pid).filter((pid) => process.kill(pid, "SIGKILL")).length;
    const [stop, kill] = [server.stop.bind(server), server.kill.bind(server)];
    // A session outlives the server that began it.
    const withSessions = (end: () => Promise<void>) => async (): Promise<void> => {
      endSessions();
      await end();
    };
    return Object.assign(server, {
      stop: withSessions(stop),
      kill: withSessions(kill),
      endSessions,
      home,
      port,
      key,
      username,
      fingerprint,
      knownHosts,
      changeHostKey: () => makeKey(hostKey),
    });
  },
};

function childrenOf(parent: number | undefined): readonly number[] {
  if (parent === undefined) return [];
  return readdirSync("/proc").flatMap((pid) => {
    try {
      // After the name, which may hold anything: state, parent.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return fields[1] === String(parent) && fields[0] !== "Z" ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

/** An Ed25519 key pair, in place of what is there. */
async function makeKey(path: string): Promise<void> {
  const fresh = `${path}.${randomBytes(4).toString("hex")}`;
  await runTool("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "headgate", "-f", fresh]);
  await runTool("mv", [fresh, path]);
  await runTool("mv", [`${fresh}.pub`, `${path}.pub`]);
}

/** As root on Debian it is installed by apt, within a time limit; elsewhere the error says how. */
async function install(options: PrepareOptions): Promise<void> {
  const { onProgress } = withDefaults(options);
  if (existsSync(PROGRAM)) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Error("OpenSSH's server is not installed: apt-get install openssh-server");
  onProgress("installing OpenSSH's server with apt (1 MB), once");
  await withHeartbeat(
    onProgress,
    (elapsed) => `installing OpenSSH's server: ${Math.round(elapsed / 1000)} s`,
    async () => {
      // Its own service must not start: it would listen on all interfaces.
      const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
      await runTool("timeout", ["300", "apt-get", "update"], { env });
      await runTool("timeout", ["300", "apt-get", "-o", "DPkg::Lock::Timeout=120", "-y", "--no-install-recommends", "install", "openssh-server"], { env });
    },
  );
  if (!existsSync(PROGRAM)) throw new Error("apt installed OpenSSH's server, and its program is not where Debian puts it");
}
