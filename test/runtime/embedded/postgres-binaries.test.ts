import { existsSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hydrate } from "../../../runtime/embedded/postgres-binaries.ts";
import { liveOrphan } from "../../../runtime/embedded/postgres-cluster.ts";
import { identify, isAlive } from "../../../runtime/embedded/process-identity.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "headgate-binaries-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe("the links that the package's install script makes", () => {
  beforeEach(async () => {
    await mkdir(join(root, "native", "lib"), { recursive: true });
    await writeFile(join(root, "native", "lib", "libpq.so.5.18"), "library");
    await writeFile(join(root, "native", "pg-symlinks.json"), JSON.stringify([{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }]));
  });

  it("are made when they are missing, and left when they are there", async () => {
    expect(hydrate(root, join(root, "fallback"))).toEqual({});
    expect(readlinkSync(join(root, "native", "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
    expect(hydrate(root, join(root, "fallback"))).toEqual({});
    expect(await readFile(join(root, "native", "lib", "libpq.so.5"), "utf8")).toBe("library");
  });

  it("are made elsewhere, and named in the environment, when the package cannot be written to", async () => {
    // Also root cannot write below a file.
    await writeFile(
      join(root, "native", "pg-symlinks.json"),
      JSON.stringify([{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5.18/libpq.so.5" }]),
    );
    const fallback = join(root, "fallback");
    expect(hydrate(root, fallback)).toMatchObject({ LD_LIBRARY_PATH: expect.stringMatching(new RegExp(`^${fallback}(:|$)`)) });
    expect(await readFile(join(fallback, "libpq.so.5"), "utf8")).toBe("library");
  });
});

describe("the lock file of a postmaster", () => {
  it.each([
    ["a pid that nobody has", "4194304"],
    ["the pid of a stranger", String(process.pid)],
    ["nothing", ""],
  ])("is removed when it holds %s", async (_, pid) => {
    const lock = join(root, "postmaster.pid");
    await writeFile(lock, `${pid}\n${root}\n`);
    expect(liveOrphan(root)).toBeUndefined();
    expect(existsSync(lock)).toBe(false);
  });
});

describe("the identity of a process", () => {
  it("is stable while it lives, and differs from that of an earlier process with the same pid", () => {
    const own = identify(process.pid);
    expect(own).toEqual(identify(process.pid));
    expect(own && isAlive(own)).toBe(true);
    expect(own && isAlive({ ...own, started: "earlier" })).toBe(false);
  });

  it("is undefined for a pid that nobody has", () => {
    expect(identify(4_194_304)).toBeUndefined();
  });
});
