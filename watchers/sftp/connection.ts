import { readFileSync } from "node:fs";
import { HeadgateError, messageOf } from "../../core/errors.ts";
import { judgeKey, type KnownHost, parseKnownHosts } from "./known-hosts.ts";

/** What a connection's URI says. */
export interface SftpAccess {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string;
  readonly privateKey?: Buffer;
  readonly passphrase?: string;
  /** What to think of the key that the server shows. Without anything to compare it with, every key is unknown. */
  judge(key: Buffer, fingerprint: string): "known" | "revoked" | "unknown";
  /** Kinds of host keys that are known, so that the server shows one of these; empty if any may come. */
  readonly keyTypes: readonly string[];
}

/**
 * Reads `sftp://user:password@host:port?fingerprint=SHA256:...` with, instead of or beside the password, `key=/path/to/id_ed25519` and
 * `passphrase=...`; `known_hosts=/path` instead of or beside fingerprints, which have commas between them. Throws `E_CONNECTION`, which never
 * shows the URI.
 */
export function parseSftpConnection(name: string, uri: string): SftpAccess {
  const fail = (why: string): HeadgateError =>
    new HeadgateError("E_CONNECTION", `the connection "${name}" is no SFTP: ${why}`, {
      hint: "write it as sftp://user:password@host:22?fingerprint=SHA256:..., or with key=/etc/keys/id_ed25519 and known_hosts=/etc/ssh/ssh_known_hosts",
    });
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.protocol !== "sftp:" || url.hostname === "") throw fail("its URI does not begin with sftp://host");
  if (url.username === "") throw fail("it names no user");
  const { searchParams } = url;
  const read = (option: string): Buffer | undefined => {
    const path = searchParams.get(option);
    if (path === null) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      throw fail(`the file of ${option} cannot be read: ${messageOf(error)}`);
    }
  };
  const privateKey = read("key");
  if (url.password === "" && privateKey === undefined) throw fail("it has neither a password nor a key");
  const passphrase = searchParams.get("passphrase");
  // A plus sign of base64 is a space in the query of a URI.
  const fingerprints = (searchParams.get("fingerprint") ?? "").split(",").map((one) => one.trim().replaceAll(" ", "+").replace(/=+$/, ""));
  const port = url.port === "" ? 22 : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const hosts = parseKnownHosts(read("known_hosts")?.toString("utf8") ?? "");
  const hostName = port === 22 ? host : `[${host}]:${port}`;
  return {
    host,
    port,
    username: decodeURIComponent(url.username),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === null ? {} : { passphrase }),
    judge: (key, fingerprint) => {
      const judgement = judgeKey(hosts, hostName, key);
      return judgement === "unknown" && fingerprints.includes(fingerprint) ? "known" : judgement;
    },
    keyTypes: fingerprints.some((one) => one !== "") ? [] : typesOf(hosts, hostName),
  };
}

function typesOf(hosts: readonly KnownHost[], name: string): readonly string[] {
  const types = hosts.filter((host) => !host.revoked && host.matches(name)).map((host) => host.type);
  return [...new Set(types.flatMap((type) => (type === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [type])))];
}
