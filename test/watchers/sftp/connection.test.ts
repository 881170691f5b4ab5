import { createHmac, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { asset } from "../../../core/authoring/asset.ts";
import { daily } from "../../../core/authoring/partitions.ts";
import { parseSftpConnection } from "../../../watchers/sftp/connection.ts";
import { fingerprintOf, judgeKey, parseKnownHosts } from "../../../watchers/sftp/known-hosts.ts";
import { placeOf } from "../../../watchers/sftp/place.ts";

const KEY = Buffer.from("a public key");
const LINE = `ssh-ed25519 ${KEY.toString("base64")}`;

function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

it.each([
  { names: "files.example.com", name: "files.example.com", verdict: "known" },
  { names: "FILES.example.com", name: "files.example.com", verdict: "known" },
  { names: "a,files.example.com,b", name: "files.example.com", verdict: "known" },
  { names: "files.example.com", name: "[files.example.com]:2222", verdict: "unknown" },
  { names: "[files.example.com]:2222", name: "[files.example.com]:2222", verdict: "known" },
  { names: "*.example.com", name: "files.example.com", verdict: "known" },
  { names: "*.example.com,!files.example.com", name: "files.example.com", verdict: "unknown" },
  { names: hashed("files.example.com"), name: "files.example.com", verdict: "known" },
  { names: hashed("other.example.com"), name: "files.example.com", verdict: "unknown" },
  { names: "@revoked files.example.com", name: "files.example.com", verdict: "revoked" },
  { names: "@cert-authority *", name: "files.example.com", verdict: "unknown" },
  { names: "# files.example.com", name: "files.example.com", verdict: "unknown" },
])("known_hosts with $names: the key of $name is $verdict", ({ names, name, verdict }) => {
  const hosts = parseKnownHosts(`\nother ${LINE}\n${names} ${LINE} a comment\r\n`);
  expect(judgeKey(hosts, name, KEY)).toBe(verdict);
  expect(judgeKey(hosts, name, Buffer.from("another key"))).toBe("unknown");
});

it("shows a fingerprint as ssh does", () => {
  // echo -n 'a public key' | sha256sum | xxd -r -p | base64
  expect(fingerprintOf(KEY)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});

it("reads a connection: user, password, key, port, and the kinds of keys that are known", async () => {
  const folder = await mkdtemp(join(tmpdir(), "keys-"));
  try {
    const [key, known] = [join(folder, "id_ed25519"), join(folder, "known_hosts")];
    await writeFile(key, "the key");
    await writeFile(known, `[files.example.com]:2222 ssh-rsa ${KEY.toString("base64")}\n`);
    const access = parseSftpConnection("partner", `sftp://us%40er:p%3Aw@files.example.com:2222?key=${key}&passphrase=secret&known_hosts=${known}`);
    expect(access).toMatchObject({ host: "files.example.com", port: 2222, username: "us@er", password: "p:w", passphrase: "secret" });
    expect(access.privateKey?.toString()).toBe("the key");
    expect(access.keyTypes).toEqual(["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]);
    expect(access.judge(KEY, "")).toBe("known");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it.each([
  { uri: "ftp://user:hunter2@host", says: "sftp://host" },
  { uri: "no URI", says: "sftp://host" },
  { uri: "sftp://host", says: "no user" },
  { uri: "sftp://user@host", says: "neither a password nor a key" },
  { uri: "sftp://user:hunter2@host?key=/nothing/there", says: "the file of key cannot be read" },
  { uri: "sftp://user:hunter2@host?known_hosts=/nothing/there", says: "the file of known_hosts cannot be read" },
])("says what is wrong with a connection ($says), without what is secret", ({ uri, says }) => {
  const error = (() => {
    try {
      parseSftpConnection("partner", uri);
    } catch (thrown) {
      return thrown as Error;
    }
    return undefined;
  })();
  expect(error).toMatchObject({ code: "E_CONNECTION", message: expect.stringContaining(says) });
  expect(`${error?.message}`).not.toContain("hunter2");
});

it.each([
  { options: {}, asset: "sftp://partner/outbox", root: "/outbox", uri: "sftp://partner/outbox" },
  { options: {}, asset: "sftp://partner/~/outbox", root: "outbox", uri: "sftp://partner/~/outbox" },
  { options: {}, asset: "sftp://partner/~", root: ".", uri: "sftp://partner/~" },
  { options: {}, asset: "sftp://partner", root: "/", uri: "sftp://partner" },
  { options: { path: "outbox/" }, asset: "sftp://partner/x", root: "outbox", uri: "sftp://partner/~/outbox" },
  { options: { path: "/a b#c" }, asset: "sftp://partner/x", root: "/a b#c", uri: "sftp://partner/a b%23c" },
  { options: { connection: "other", path: "/in" }, asset: "lake://raw/orders", root: "/in", uri: "sftp://other/in" },
])("$options of $asset is $root", ({ options, asset, root, uri }) => {
  expect(placeOf(options, { uri: asset })).toMatchObject({ root, uri });
});

it("reads the partition from the path", () => {
  const { partitions } = asset("sftp://partner/outbox/{ds}/", { partitions: daily({ tz: "UTC" }) }).catalog;
  if (partitions === undefined) throw new Error("the asset has partitions");
  const ofAsset = placeOf({}, { uri: "sftp://partner/outbox", template: "sftp://partner/outbox/{ds}/", partitions });
  const ofPath = placeOf({ connection: "partner", path: "/outbox/{ds}" }, { uri: "lake://raw", partitions });
  for (const place of [ofAsset, ofPath]) {
    expect(place.root).toBe("/outbox");
    expect(place.partitionOf("2026-11-23/a.csv")).toBe("2026-11-23");
  }
});

it.each([{ connection: "partner" }, { path: "/outbox" }, {}])("does not guess what to read by %j", (options) => {
  expect(() => placeOf(options, { uri: "lake://raw" })).toThrow(expect.objectContaining({ code: "E_CONFIG" }));
});
