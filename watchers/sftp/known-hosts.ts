import { createHash, createHmac } from "node:crypto";
import { compileGlob } from "../../core/conditions/glob.ts";

/** A line of a `known_hosts` file of OpenSSH. */
export interface KnownHost {
  readonly revoked: boolean;
  /** True if the line is about this name: `host`, or `[host]:port` where the port is not 22. */
  matches(name: string): boolean;
  /** Kind of key, `ssh-ed25519`. */
  readonly type: string;
  readonly key: Buffer;
}

/** Reads a `known_hosts` file: plain, hashed and negated names, patterns, `@revoked`. Authorities of certificates are passed over. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  const hosts: KnownHost[] = [];
  for (const line of text.split(/\r?\n/)) {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith("@") === true ? fields.shift() : undefined;
    const [names, type, key] = fields;
    if (names === undefined || type === undefined || key === undefined || names.startsWith("#") || marker === "@cert-authority") continue;
    hosts.push({ revoked: marker === "@revoked", matches: matcherOf(names), type, key: Buffer.from(key, "base64") });
  }
  return hosts;
}

/** What a host's lines say of its key. */
export function judgeKey(hosts: readonly KnownHost[], name: string, key: Buffer): "known" | "revoked" | "unknown" {
  const same = hosts.filter((host) => host.key.equals(key) && host.matches(name));
  if (same.some((host) => host.revoked)) return "revoked";
  return same.length > 0 ? "known" : "unknown";
}

/** As `ssh` prints it: `SHA256:` and base64. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function matcherOf(names: string): (name: string) => boolean {
  if (names.startsWith("|1|")) {
    const [salt = "", hash = ""] = names.slice(3).split("|");
    return (name) => createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
  }
  const tests = names.split(",").map((one) => ({ no: one.startsWith("!"), test: compileGlob(one.replace(/^!/, "").toLowerCase()) }));
  return (name) => {
    const fitting = tests.filter(({ test }) => test(name.toLowerCase()));
    return fitting.length > 0 && fitting.every(({ no }) => !no);
  };
}
