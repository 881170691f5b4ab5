import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findTemporalBinary, isRecent, TEMPORAL_VERSION } from "../../../runtime/embedded/temporal-binary.ts";
import { createProject } from "../../support/project.ts";

// Stand-ins for the programs of others: the CLI, the Go toolchain, the download site. What is tested is how they are looked for.
const CLI = `#!/bin/sh\necho "temporal version ${TEMPORAL_VERSION} (Server 1.31.2, UI 2.50.1)"\n`;
const NOWHERE = "http://127.0.0.1:9";

let folder: string;
const cached = (): string => join(folder, "cache", `temporal-${TEMPORAL_VERSION}`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "headgate-binary-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}

/** A Go toolchain that takes a while, counts how often it is asked, and puts a CLI where \`-o\` says. */
function goTakes(seconds: number): Promise<string> {
  return program(
    "go",
    `#!/bin/sh\necho build >> ${folder}/builds\necho "go: downloading example.org/x v1" >&2\nsleep ${seconds}\nwhile [ "$1" != "-o" ]; do shift; done\ncp ${folder}/cli "$2"\n`,
  );
}

async function serve(archive: Buffer | undefined): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    if (request.url?.startsWith(`/cli/${TEMPORAL_VERSION}?`))
      response.end(JSON.stringify({ archiveUrl: `http://127.0.0.1:${port}/archive`, fileToExtract: "temporal" }));
    else if (archive !== undefined) response.end(archive);
    else response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe("the version of a Temporal CLI", () => {
  it.each([
    ["temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)", true],
    ["temporal version 1.7.0 (Server 1.30.1, UI 2.45.0)", true],
    ["temporal version 2.0.0 (Server 2.1.0, UI 3.0.0)", true],
    ["temporal version 1.6.0 (Server 1.30.0, UI 2.45.0)", false],
    ["temporal version 0.13.2 (Server 1.24.1) (UI 2.28.0)", false],
    ["temporal version 0.0.0-DEV (Server 1.31.2, UI 2.50.1)", true],
    ["temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)", false],
    ["something else", false],
  ])("%s is recent enough: %s", (version, recent) => {
    expect(isRecent(version)).toBe(recent);
  });
});

describe("finding the Temporal CLI", () => {
  it("takes the one on PATH", async () => {
    const command = await program("temporal", CLI);
    expect(await findTemporalBinary({ command, cacheDir: join(folder, "cache") })).toMatchObject({ path: command, from: "PATH" });
  });

  it("passes over one on PATH that is too old, and takes the one in the cache", async () => {
    const command = await program("temporal", CLI.replace(TEMPORAL_VERSION, "1.5.1"));
    await mkdir(join(folder, "cache"));
    await program(`cache/temporal-${TEMPORAL_VERSION}`, CLI);
    expect(await findTemporalBinary({ command, cacheDir: join(folder, "cache") })).toMatchObject({ path: cached(), from: "cache" });
  });

  it("downloads it into the cache", async () => {
    await program("temporal", CLI);
    execFileSync("tar", ["-czf", join(folder, "a.tar.gz"), "-C", folder, "temporal"]);
    const { url, server } = await serve(await readFile(join(folder, "a.tar.gz")));
    try {
      expect(await findTemporalBinary({ command: join(folder, "none"), cacheDir: join(folder, "cache"), downloadFrom: url })).toMatchObject({
        path: cached(),
        from: "download",
      });
    } finally {
      server.close();
    }
    expect(await readdir(join(folder, "cache"))).toEqual([`temporal-${TEMPORAL_VERSION}`]);
  });

  it.each([
    ["cannot be reached", undefined],
    ["sends something else than an archive", Buffer.from("<html>sign in</html>")],
  ])("builds it with Go, saying so, when the download site %s", async (_, archive) => {
    await program("cli", CLI);
    const site = archive === undefined ? undefined : await serve(archive);
    const lines: string[] = [];
    try {
      const found = await findTemporalBinary({
        command: join(folder, "none"),
        cacheDir: join(folder, "cache"),
        downloadFrom: site?.url ?? NOWHERE,
        go: await goTakes(0),
        onProgress: (line) => lines.push(line),
      });
      expect(found).toMatchObject({ path: cached(), from: "build", version: expect.stringContaining(TEMPORAL_VERSION) });
    } finally {
      site?.server.close();
    }
    expect(lines).toContainEqual(expect.stringContaining("building the Temporal CLI"));
    expect(await readdir(join(folder, "cache"))).toEqual([`temporal-${TEMPORAL_VERSION}`]);
  });

  it("lists what was tried and the ways out, and leaves nothing behind, when there is none", async () => {
    const go = await program("go", `#!/bin/sh\necho "go: go.mod requires go >= 1.26.4" >&2\nexit 1\n`);
    const failure = findTemporalBinary({ command: join(folder, "none"), cacheDir: join(folder, "cache"), downloadFrom: NOWHERE, go });
    await expect(failure).rejects.toMatchObject({
      code: "E_TEMPORAL_BINARY",
      message: expect.stringMatching(/PATH: no .*\n.*cache: no .*\n.*download: 127\.0\.0\.1:9 is not reachable.*\n.*build: .*go\.mod requires go >= 1\.26\.4/),
      hint: expect.stringContaining("headgate dev --temporal <address>"),
    });
    expect(await readdir(join(folder, "cache"))).toEqual([]);
  });

  it("is not held up by a site that accepts and never answers", { timeout: 15_000 }, async () => {
    await program("cli", CLI);
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const start = performance.now();
      await findTemporalBinary({ command: join(folder, "none"), cacheDir: join(folder, "cache"), downloadFrom: url, go: await goTakes(0) });
      expect(performance.now() - start).toBeLessThan(8_000);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it("builds once when two processes need it at the same time", async () => {
    await program("cli", CLI);
    const go = await goTakes(1);
    await using project = await createProject();
    const script = `import { findTemporalBinary } from "#/runtime/embedded/temporal-binary.ts";
      report((await findTemporalBinary({ command: "${folder}/none", cacheDir: "${folder}/cache", downloadFrom: "${NOWHERE}", go: "${go}" })).from);`;
    const found = await Promise.all([project.run(script), project.run(script)]);
    expect(found.sort()).toEqual(["build", "cache"]);
    expect(await readFile(join(folder, "builds"), "utf8")).toBe("build\n");
  });

  it("builds again after a process was killed in the middle of it", async () => {
    await program("cli", CLI);
    const slow = await goTakes(3);
    await using project = await createProject();
    const killed = project.run(`import { findTemporalBinary } from "#/runtime/embedded/temporal-binary.ts";
      void findTemporalBinary({ command: "${folder}/none", cacheDir: "${folder}/cache", downloadFrom: "${NOWHERE}", go: "${slow}" });
      const { existsSync } = await import("node:fs");
      while (!existsSync("${folder}/builds")) await new Promise((r) => setTimeout(r, 20));
      process.kill(process.pid, "SIGKILL"); await new Promise(() => {});`);
    await expect(killed).rejects.toThrow("ended with null");
    await delay(50);
    expect(await readdir(join(folder, "cache"))).toContain(`temporal-${TEMPORAL_VERSION}.lock`);
    const found = await findTemporalBinary({ command: join(folder, "none"), cacheDir: join(folder, "cache"), downloadFrom: NOWHERE, go: await goTakes(0) });
    expect(found.from).toBe("build");
    expect(await readdir(join(folder, "cache"))).not.toContain(`temporal-${TEMPORAL_VERSION}.lock`);
  });
});
