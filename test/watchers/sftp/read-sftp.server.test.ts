import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { sftpServer } from "../../../scripts/servers/sftp.ts";
import { createMemoryOutbox } from "../../../watchers/outbox-memory.ts";
import type { SftpItem, SftpOptions } from "../../../watchers/sftp/index.ts";
import { describeWithServer } from "../../support/servers.ts";
import { startSilentProxy } from "../../support/silent-proxy.ts";
import { createRecordingRegistry } from "../recording-registry.ts";
import { type RunningSession, startSession, until } from "../session-run.ts";
import { createOutboxWorld, type OutboxWorld } from "./outbox-world.ts";

const PATIENCE = 30_000;

let world: OutboxWorld;
let sessions: RunningSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.map((session) => session.stop().catch(() => undefined)));
  sessions = [];
  await world.dispose();
});

await describeWithServer("the SFTP source", sftpServer, (server) => {
  async function watchOutbox() {
    world = await createOutboxWorld(server());
    const outbox = createMemoryOutbox();
    const registry = createRecordingRegistry();
    const start = (options: SftpOptions = {}, { startAt = "beginning" as unknown, uri = server().url } = {}): RunningSession => {
      const session = startSession(world.watcherBy(options, startAt), outbox, registry, { connection: () => uri });
      sessions.push(session);
      return session;
    };
    const items = (): SftpItem[] => registry.taken.map(({ data }) => data as unknown as SftpItem);
    const paths = () => items().map(({ path }) => path);
    const runs = (session: RunningSession) => until("it runs", () => session.healths.some((health) => health.status === "running"), PATIENCE);
    const arrive = (count: number) => until(`${count} files arrive`, () => registry.taken.length >= count, PATIENCE);
    const says = (session: RunningSession, text: string) => until(`it says ${text}`, () => session.log.some((line) => line.includes(text)), PATIENCE);
    return { outbox, registry, start, items, paths, runs, arrive, says };
  }

  describe("what is a file", () => {
    it("publishes files below the folder with size, time, address and partition", async () => {
      const { registry, start, arrive } = await watchOutbox();
      await world.write("2026-11-23/eu/Größe #1 100%.csv", "12345");
      await utimes(join(world.root, "2026-11-23/eu/Größe #1 100%.csv"), 1_732_608_000, 1_732_608_000);
      await world.write("2026-11-23/notes.txt");
      start();
      await arrive(1);
      const folder = `sftp://partner/~/${world.root.split("/").at(-1)}`;
      expect(registry.taken).toEqual([
        {
          asset: expect.stringContaining("sftp://partner/"),
          source: folder,
          id: "2026-11-23/eu/Größe #1 100%.csv@5:1732608000000",
          time: "2024-11-26T08:00:00.000Z",
          partition: "2026-11-23",
          data: {
            path: "2026-11-23/eu/Größe #1 100%.csv",
            size: 5,
            modifiedAt: "2024-11-26T08:00:00.000Z",
            uri: `${folder}/2026-11-23/eu/Größe %231 100%25.csv`,
            version: "5:1732608000000",
          },
        },
      ]);
    });

    it("waits until a file stays as it is", async () => {
      const { start, runs, arrive, items, paths } = await watchOutbox();
      const session = start({ settle: "1500ms" });
      await runs(session);
      const growing = join(world.root, "2026-11-23/growing.csv");
      await writeFile(growing, "x");
      for (let k = 0; k < 8; k += 1) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        await appendFile(growing, "x");
        expect(paths()).toEqual([]);
      }
      await arrive(1);
      expect(items()[0]?.size).toBe(9);
    });

    it("passes over names that writers use while they write, until they have their own", async () => {
      const { start, runs, arrive, paths } = await watchOutbox();
      await runs(start({ pattern: "**/*" }));
      for (const name of ["a.csv.filepart", "b.csv.part", ".c.csv", "d.csv.tmp", ".folder/e.csv"]) {
        await mkdir(join(world.root, "2026-11-23/.folder"), { recursive: true });
        await writeFile(join(world.root, "2026-11-23", name), "x");
      }
      await world.write("2026-11-23/f.csv");
      await arrive(1);
      expect(paths()).toEqual(["2026-11-23/f.csv"]);
    });

    it("follows no symbolic links, and says so", async () => {
      const { start, arrive, paths } = await watchOutbox();
      await writeFile(join(server().home, "secret.csv"), "x");
      await symlink(join(server().home, "secret.csv"), join(world.root, "2026-11-23/out.csv"));
      await symlink(world.root, join(world.root, "2026-11-23/round"));
      await symlink("/", join(world.root, "2026-11-23/up"));
      await world.write("2026-11-23/a.csv");
      const session = start();
      await arrive(1);
      await until("it says so", () => session.log.filter((line) => line.includes("symbolic links are not followed")).length === 3, PATIENCE);
      expect(paths()).toEqual(["2026-11-23/a.csv"]);
    });

    it("counts an overwrite and a file that is made again as new, a removal and the same time as nothing", async () => {
      const { start, arrive, items } = await watchOutbox();
      const path = join(world.root, "2026-11-23/a.csv");
      const at = async (content: string, seconds: number): Promise<void> => {
        await world.write("2026-11-23/a.csv", content);
        await utimes(path, seconds, seconds);
      };
      await at("one", 1_732_608_000);
      start({ settle: "500ms" });
      await arrive(1);
      await at("two!", 1_732_608_000);
      await arrive(2);
      await rm(path);
      await at("two!", 1_732_608_000);
      await at("two!", 1_732_600_000);
      await arrive(3);
      expect(items().map(({ version }) => version)).toEqual(["3:1732608000000", "4:1732608000000", "4:1732600000000"]);
    });

    it("finds files whose time was set back, and takes only what was modified before an instant as known", async () => {
      const { start, arrive, paths, runs } = await watchOutbox();
      await world.write("2026-11-23/old.csv");
      await utimes(join(world.root, "2026-11-23/old.csv"), 1_000_000_000, 1_000_000_000);
      await world.write("2026-11-23/young.csv");
      await runs(start({}, { startAt: { after: "2020-01-01T00:00:00Z" } }));
      await arrive(1);
      await world.write("2026-11-23/late.csv.part");
      await utimes(join(world.root, "2026-11-23/late.csv.part"), 1_000_000_000, 1_000_000_000);
      await rename(join(world.root, "2026-11-23/late.csv.part"), join(world.root, "2026-11-23/late.csv"));
      await arrive(2);
      expect(paths()).toEqual(["2026-11-23/young.csv", "2026-11-23/late.csv"]);
    });

    it("puts a name that is not text with the dead letters", async () => {
      const { start, runs, outbox } = await watchOutbox();
      await writeFile(Buffer.concat([Buffer.from(`${world.root}/2026-11-23/bad`), Buffer.from([0xff]), Buffer.from(".csv")]), "x");
      await runs(start());
      await until("the dead letter is there", () => outbox.view("outbox").deadLetters.length === 1, PATIENCE);
      expect(outbox.view("outbox").deadLetters).toMatchObject([{ reason: expect.stringContaining("UTF-8") }]);
    });
  });

  describe("who the server is", () => {
    const withQuery = (query: Readonly<Record<string, string>>): string => {
      const url = new URL(server().url);
      url.search = new URLSearchParams({ key: server().key, ...query }).toString();
      return url.href;
    };

    it.each([
      { what: "no fingerprint at all", query: () => ({}) },
      { what: "another fingerprint", query: () => ({ fingerprint: `SHA256:${"a".repeat(43)}` }) },
    ])("refuses a server with $what, and shows the one that it has", async ({ query }) => {
      const { start, says } = await watchOutbox();
      const session = start({}, { uri: withQuery(query() as Record<string, string>) });
      await says(session, `shows the host key ${server().fingerprint}`);
      expect(session.healths[0]).toMatchObject({ code: "E_HOST_KEY" });
    });

    it.each([
      { what: "its fingerprint", query: () => ({ fingerprint: server().fingerprint }) },
      { what: "one of several fingerprints, with a plus sign as it is", query: () => ({ fingerprint: `SHA256:${"+".repeat(43)},${server().fingerprint}=` }) },
      { what: "a known_hosts file", query: () => ({ known_hosts: server().knownHosts }) },
    ])("takes a server by $what", async ({ query }) => {
      const { start, arrive } = await watchOutbox();
      await world.write("2026-11-23/a.csv");
      start({}, { uri: withQuery(query()) });
      await arrive(1);
    });

    it("refuses it when its key changes", { timeout: 120_000 }, async () => {
      const { start, runs, says } = await watchOutbox();
      const before = server().fingerprint;
      const session = start();
      await runs(session);
      await server().kill();
      await server().changeHostKey();
      await server().start();
      await says(session, "shows the host key SHA256:");
      const line = session.log.find((one) => one.includes("shows the host key"));
      expect(line).not.toContain(before);
      await session.stop();
      // For the tests after this one the new key is its own.
      const url = new URL(server().url);
      url.searchParams.set("fingerprint", /SHA256:[^,]{43}/.exec(line ?? "")?.[0] ?? "");
      Object.assign(server(), { url: url.href, fingerprint: url.searchParams.get("fingerprint") });
    });

    it("says when nobody may log in so, without what is secret", async () => {
      const { start, says } = await watchOutbox();
      const url = new URL(server().url);
      url.searchParams.delete("key");
      url.password = "hunter2";
      const session = start({}, { uri: url.href });
      await says(session, "authentication methods failed");
      expect(session.healths[0]).toMatchObject({ code: "E_SOURCE" });
      expect(JSON.stringify([session.healths, session.log])).not.toContain("hunter2");
    });
  });

  describe("when something is wrong", () => {
    it("says that the folder is not there, and goes on once it is", async () => {
      const { start, says, arrive } = await watchOutbox();
      await rm(world.root, { recursive: true });
      const session = start();
      await says(session, "cannot be listed: No such file");
      expect(session.healths.map(({ code }) => code)).toContain("E_SOURCE");
      await world.write("2026-11-23/a.csv");
      await arrive(1);
    });

    it("goes on after the server was killed", { timeout: 120_000 }, async () => {
      const { start, says, arrive, paths } = await watchOutbox();
      await world.write("2026-11-23/a.csv");
      const session = start();
      await arrive(1);
      await server().kill();
      await says(session, "cannot be read");
      await world.write("2026-11-23/b.csv");
      await server().start();
      await arrive(2);
      expect(paths()).toEqual(["2026-11-23/a.csv", "2026-11-23/b.csv"]);
    });

    it.each(["beginning", "now"])(
      "loses and doubles nothing while its connections are cut off in the middle of listings, from %s",
      { timeout: 180_000 },
      async (startAt) => {
        const { start, arrive, paths, registry } = await watchOutbox();
        const existing = Array.from({ length: 1_500 }, (_, k) => `2026-11-23/f${k % 30}/n${k}.csv`);
        for (const path of existing) await world.write(path);
        let ended = 0;
        const cutting = setInterval(() => {
          ended += server().endSessions();
        }, 150);
        const session = start({}, { startAt });
        await until("connections were cut off", () => ended >= 8 && session.healths.some((health) => health.code === "E_SOURCE"), PATIENCE);
        clearInterval(cutting);
        const expected = startAt === "now" ? [] : existing;
        if (startAt === "now") {
          await until("the stock is taken", () => session.log.some((line) => line.includes("1,500 files")), PATIENCE);
          expect(session.log.filter((line) => line.includes("taken as known"))).toHaveLength(1);
        } else await arrive(existing.length);
        await world.write("2026-11-23/last.csv");
        await arrive(expected.length + 1);
        expect(paths().sort()).toEqual([...expected, "2026-11-23/last.csv"].sort());
        expect(registry.refused).toEqual([]);
      },
    );

    it("finds out that its connection is half open", { timeout: 120_000 }, async () => {
      const { start, says, arrive, paths } = await watchOutbox();
      const proxy = await startSilentProxy(server().port);
      try {
        const url = new URL(server().url);
        url.port = String(proxy.port);
        await world.write("2026-11-23/a.csv");
        const session = start({}, { uri: url.href });
        await arrive(1);
        proxy.silence();
        await world.write("2026-11-23/b.csv");
        await says(session, "Keepalive timeout");
        await arrive(2);
        expect(paths()).toEqual(["2026-11-23/a.csv", "2026-11-23/b.csv"]);
      } finally {
        await proxy.close();
      }
    });
  });
});
