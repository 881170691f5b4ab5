import { execFileSync } from "node:child_process";
import { chmod, constants, copyFile, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { startPostgres } from "../../../runtime/embedded/postgres.ts";
import { dataHome, postgresUser } from "../../../runtime/embedded/postgres-user.ts";
import { identify } from "../../../runtime/embedded/process-identity.ts";
import { type Stack, type StackOptions, startStack } from "../../../runtime/embedded/stack.ts";
import { findTemporalBinary } from "../../../runtime/embedded/temporal-binary.ts";
import { createProject } from "../../support/project.ts";

let stateDir: string;
const started: Stack[] = [];

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "headgate-stack-"));
  await chmod(stateDir, 0o755);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((stack) => stack.stop()));
  // Of a test that failed between the kill of a parent and the start that takes over.
  for (const pid of serversOf(stateDir)) process.kill(pid, "SIGKILL");
  await rm(stateDir, { recursive: true, force: true });
});

function serversOf(folder: string): readonly number[] {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(`${folder}/`)).map((line) => Number.parseInt(line, 10));
}

async function start(options: Partial<StackOptions> = {}): Promise<Stack> {
  const stack = await startStack({ stateDir, ports: { ui: false }, ...options });
  started.push(stack);
  return stack;
}

async function ask(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

async function withTemporal<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/** Something in both servers that only a kept state can give back. */
async function leaveTraces({ temporalAddress, databaseUrl }: Pick<Stack, "temporalAddress" | "databaseUrl">): Promise<void> {
  await ask(databaseUrl, "create table trace as select 7 as id");
  await withTemporal(temporalAddress, (client) => client.workflow.start("nobody-runs-it", { workflowId: "trace", taskQueue: "none" }));
}
async function findTraces({ temporalAddress, databaseUrl }: Pick<Stack, "temporalAddress" | "databaseUrl">): Promise<unknown> {
  const workflow = await withTemporal(temporalAddress, (client) => client.workflow.getHandle("trace").describe());
  return { rows: await ask(databaseUrl, "select id from trace"), workflow: workflow.status.name };
}
const TRACES = { rows: [7], workflow: "RUNNING" };

/** Starts a stack in a process of its own; `then` says what that process does next. */
function inAnotherProcess(then: string): string {
  return `
    import { startStack } from "#/runtime/embedded/stack.ts";
    const stack = await startStack({ stateDir: ${JSON.stringify(stateDir)}, ports: { ui: 0 } });
    const { temporalAddress, databaseUrl, uiUrl } = stack;
    report({ temporalAddress, databaseUrl, uiUrl, temporal: stack.temporal.pid, postgres: stack.postgres.pid });
    ${then}`;
}
interface Reported {
  readonly temporalAddress: string;
  readonly databaseUrl: string;
  readonly uiUrl: string;
  readonly temporal: number;
  readonly postgres: number;
}
const portOf = (url: string): number => Number(/:(\d+)(?:\/|$)/.exec(url)?.[1]);

describe("the embedded stack", () => {
  it("finds its state again at the second start", async () => {
    const first = await start();
    await leaveTraces(first);
    await first.stop();
    expect(await findTraces(await start())).toEqual(TRACES);
  });

  it("serves the Web UI", async () => {
    const { uiUrl } = await start({ ports: { ui: 0 } });
    expect((await fetch(uiUrl as string)).status).toBe(200);
  });

  it("stops what it started, and only that", async () => {
    const stack = await start();
    const pids = [stack.temporal.pid, stack.postgres.pid] as number[];
    await stack.stop();
    expect(pids.map(identify)).toEqual([undefined, undefined]);
    // The servers that the tests share were started in the same way, and go on.
    const shared = inject("stack");
    expect(await ask(shared.databaseUrl, "select 1")).toEqual([1]);
    expect(await withTemporal(shared.temporalAddress, (client) => client.workflow.count())).toMatchObject({ count: expect.any(Number) });
  });

  it("runs beside another project's", async () => {
    const other = await mkdtemp(join(tmpdir(), "headgate-stack-"));
    await chmod(other, 0o755);
    try {
      const [one, two] = await Promise.all([start(), start({ stateDir: other })]);
      await leaveTraces(one);
      await two.stop();
      expect(await findTraces(one)).toEqual(TRACES);
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it.each([
    ["temporal", "--temporal-port"],
    ["ui", "--ui-port"],
    ["postgres", "--postgres-port"],
  ])("says that the port of %s is taken, names %s, and leaves nothing running", async (server, flag) => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
    const { port } = squatter.address() as { port: number };
    try {
      await expect(startStack({ stateDir, ports: { [server]: port } })).rejects.toMatchObject({
        code: "E_PORT_TAKEN",
        where: flag,
        message: expect.stringContaining(`port ${port}`),
        hint: expect.stringContaining(`${flag} 0 takes a free one`),
      });
    } finally {
      squatter.close();
    }
    expect(serversOf(stateDir)).toEqual([]);
  });

  it("refuses a folder whose servers another living process runs, and leaves them alone", async () => {
    await using project = await createProject();
    const seen = (await project.run(`${inAnotherProcess("")}
      const second = await startStack({ stateDir: ${JSON.stringify(stateDir)} }).then(() => "started", ({ code, message }) => ({ code, message }));
      const alive = [stack.temporal.pid, stack.postgres.pid].every((pid) => pid !== undefined);
      report({ second, alive, pid: process.pid });
      await stack.stop();`)) as { readonly second: unknown; readonly alive: boolean; readonly pid: number };
    expect(seen).toMatchObject({ alive: true, second: { code: "E_STACK_RUNNING", message: expect.stringContaining(`process ${seen.pid} `) } });
  });

  it("takes over on the same ports, with its state, after a kill -9 of the process that started it", async () => {
    await using project = await createProject();
    let left: Reported | undefined;
    const killed = project.run(
      inAnotherProcess(`await new Promise((resolve) => setTimeout(resolve, 50)); process.kill(process.pid, "SIGKILL"); await new Promise(() => {});`),
      {
        onReport: (value) => {
          left = value as Reported;
        },
      },
    );
    await expect(killed).rejects.toThrow("ended with null");
    const orphans = left as unknown as Reported;
    expect([orphans.temporal, orphans.postgres].map((pid) => identify(pid)?.pid)).toEqual([orphans.temporal, orphans.postgres]);
    await leaveTraces(orphans);

    const lines: string[] = [];
    const ports = { temporal: portOf(orphans.temporalAddress), ui: portOf(orphans.uiUrl), postgres: portOf(new URL(orphans.databaseUrl).host) };
    const stack = await start({ ports, onProgress: (line) => lines.push(line) });
    expect(await findTraces(stack)).toEqual(TRACES);
    expect(stack.temporalAddress).toBe(orphans.temporalAddress);
    expect([orphans.temporal, orphans.postgres].map(identify)).toEqual([undefined, undefined]);
    expect(lines.filter((line) => line.includes("left behind"))).toHaveLength(2);
  });

  it("starts at once when its servers were killed together with the process", async () => {
    await using project = await createProject();
    const killed = project.run(
      inAnotherProcess(
        `for (const pid of [stack.temporal.pid, stack.postgres.pid, process.pid]) process.kill(pid as number, "SIGKILL"); await new Promise(() => {});`,
      ),
    );
    await expect(killed).rejects.toThrow("ended with null");
    expect(await ask((await start()).databaseUrl, "select 1")).toEqual([1]);
  });

  it("keeps its state through a kill -9 of each server and a start on the same port", async () => {
    const ends: string[] = [];
    const stack = await start({ onExit: (server) => ends.push(server) });
    await leaveTraces(stack);
    for (const server of [stack.temporal, stack.postgres]) {
      const before = server.pid;
      await server.kill();
      expect(server.pid).toBeUndefined();
      await server.start();
      expect(server.pid).not.toBe(before);
    }
    expect(await findTraces(stack)).toEqual(TRACES);
    expect(ends).toEqual([]);
  });

  it("tells when a server ends without having been told to", async () => {
    const ends: unknown[] = [];
    const stack = await start({ onExit: (server, { signal }) => ends.push([server, signal]) });
    for (const server of ["temporal", "postgres"] as const) {
      process.kill(stack[server].pid as number, "SIGKILL");
      while (ends.length === 0) await delay(10);
      expect(ends.splice(0)).toEqual([[server, "SIGKILL"]]);
    }
  });

  it("says what Postgres said when it does not start", async () => {
    await (await startPostgres({ stateDir })).stop();
    await rm(join(dataHome(stateDir, postgresUser()), "data", "global"), { recursive: true });
    await expect(startPostgres({ stateDir })).rejects.toMatchObject({
      code: "E_POSTGRES",
      where: join(stateDir, "logs", "postgres.log"),
      message: expect.stringContaining("could not find the database system"),
    });
  });

  it("says so when another version of Postgres made the state", async () => {
    const data = join(dataHome(stateDir, postgresUser()), "data");
    await mkdir(data, { recursive: true });
    await writeFile(join(data, "PG_VERSION"), "12\n");
    await expect(startPostgres({ stateDir })).rejects.toMatchObject({
      code: "E_POSTGRES",
      message: expect.stringContaining("was made by Postgres 12"),
      hint: expect.stringContaining(data),
    });
  });
});

describe.runIf(process.getuid?.() === 0)("the embedded stack on a machine whose root we are", () => {
  it("also runs as a user without rights", async () => {
    const nobody = { uid: 65_534, gid: 65_534 };
    await using project = await createProject();
    await chmod(project.root, 0o777);
    const binary = join(project.root, "temporal");
    await copyFile((await findTemporalBinary()).path, binary, constants.COPYFILE_FICLONE);
    await chmod(binary, 0o755);
    const seen = await project.run(
      `import { startStack } from "#/runtime/embedded/stack.ts";
       import { statSync } from "node:fs";
       const stack = await startStack({ stateDir: root + "/.headgate", ports: { ui: false }, temporalBinary: ${JSON.stringify(binary)} });
       const { pid } = stack.postgres;
       report({ uid: process.getuid?.(), postgres: statSync("/proc/" + pid).uid, temporal: statSync("/proc/" + stack.temporal.pid).uid });
       await stack.stop();`,
      { user: nobody, env: { HOME: project.root } },
    );
    expect(seen).toEqual({ uid: nobody.uid, postgres: nobody.uid, temporal: nobody.uid });
  });

  it("keeps the data of Postgres where its user can reach it when the project cannot be reached, and finds it again", async () => {
    await chmod(stateDir, 0o700);
    const home = dataHome(stateDir, postgresUser());
    expect(home.startsWith("/var/lib/headgate/")).toBe(true);
    try {
      const first = await start();
      await leaveTraces(first);
      await first.stop();
      expect(await findTraces(await start())).toEqual(TRACES);
      expect((await stat(join(home, "data"))).uid).toBe(postgresUser()?.uid);
    } finally {
      await Promise.all(started.splice(0).map((stack) => stack.stop()));
      await rm(home, { recursive: true, force: true });
    }
  });
});
