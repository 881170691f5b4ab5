import type { ChildProcess } from "node:child_process";
import { Client, Connection } from "@temporalio/client";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, type Project } from "../support/project.ts";
import { createWorld, type World } from "../support/stack.ts";
import { type CallOptions, type Ended, headgate } from "./headgate.ts";
import { untilSaid } from "./until-said.ts";
import { startWorker, stopWorker } from "./worker.ts";

const PATIENCE = 240_000;
const PLANTED = "pl4nted-by-variable";
const FILED = "pl4nted-in-a-file";

/** A source and a task that say everything that they know, wherever they can. */
const LEAKY = `
import { asset, dag, watch } from "headgate";
export const raw = asset("s3://lake/raw", { owner: "data", description: "what came" });
const leaky = (connection) => ({
  kind: "leaky",
  describe: () => "leaky://" + connection,
  identify: (item) => ({ id: item.id }),
  async *read(ctx) {
    const uri = ctx.connection(connection);
    ctx.log.info("opening " + uri, { uri });
    yield { items: [{ id: "1" }, { id: uri }], poison: [{ id: "p", reason: "no JSON at " + uri, raw: uri }] };
    throw new Error("cannot open " + uri, { cause: new Error(new URL(uri).password) });
  },
});
const map = (item) => { if (item.id !== "1") throw new Error("a secret: " + item.id); return { data: {} }; };
export const one = watch("one", leaky("bank"), { publishes: raw, map });
export const two = watch("two", leaky("filed"), { publishes: raw, map });
const open = async (uri) => { throw new Error("cannot log in with " + uri); };
export const take = dag("take", { on: raw }, (d) => {
  d.task("take", { run: async (_, ctx) => {
    ctx.log.warn("before", { nested: { password: "${FILED}" } });
    await ctx.connection({ kind: "leaky", name: "bank", open, close: async () => undefined });
  } });
});
`;

describe("a secret of a connection", { timeout: PATIENCE }, () => {
  let world: World;
  let project: Project;
  let worker: ChildProcess;
  let env: NonNullable<CallOptions["env"]>;
  const said: string[] = [];
  const call = async (...args: string[]): Promise<Ended> => {
    const ended = await headgate(args, { cwd: project.root, env });
    said.push(ended.stdout, ended.stderr);
    return ended;
  };
  const until = (args: readonly string[], isThere: (ended: Ended) => boolean): Promise<Ended> => untilSaid(call, args, isThere, PATIENCE / 2);

  beforeAll(async () => {
    world = await createWorld();
    project = await createProject({ "dags/leaky.ts": LEAKY });
    env = {
      TEMPORAL_ADDRESS: world.temporalAddress,
      TEMPORAL_NAMESPACE: world.namespace,
      HEADGATE_ENVIRONMENT: world.environment,
      HEADGATE_DATABASE_URL: world.databaseUrl,
      HEADGATE_CONN_BANK: `https://bearer:${PLANTED}@127.0.0.1:1/v1`,
    };
    const added = await headgate(["connections", "add", "filed"], { cwd: project.root, env, input: `amqp://ana:${FILED}@127.0.0.1:1/` });
    expect(added).toMatchObject({ code: 0 });
    said.push(added.stdout, added.stderr);
    worker = await startWorker(project.root, env);
    worker.stderr?.on("data", (text: string) => void said.push(text));
    expect(await call("deploy")).toMatchObject({ code: 0 });
  }, PATIENCE);

  afterAll(async () => {
    await stopWorker(worker);
    await project?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  it("is in no answer of the command line, which still says what is wrong", async () => {
    const shown = await until(["watchers", "show", "one"], ({ stdout }) => stdout.includes("cannot open"));
    expect(shown.stdout).toContain("E_SOURCE: cannot open ***");
    await until(["dead-letters", "list", "--json"], ({ stdout }) => stdout.split("a secret: ***").length > 2);
    const failed = await until(["runs", "list", "--dag", "take", "--json"], ({ stdout }) => stdout.includes('"failed"'));
    const [run] = failed.json<{ run: string }[]>();
    await until(["runs", "show", run?.run ?? ""], ({ stdout }) => stdout.includes("cannot log in with ***"));
    expect((await call("watchers", "test", "two")).stderr).toContain("cannot open ***");
    expect((await call("connections", "list")).stdout).toMatch(
      /^bank +https:\/\/127.0.0.1:1 +HEADGATE_CONN_BANK\nfiled +amqp:\/\/127.0.0.1:1\/ +.*connections.yaml$/m,
    );
    expect((await call("connections", "test", "filed")).stderr).toContain('E_CONNECTION: the connection "filed" does not work: nothing answers at 127.0.0.1:1');
    await call("doctor");
  });

  it("is in nothing that was said, in no log, no history and no row", async () => {
    const connection = await Connection.connect({ address: world.temporalAddress });
    const client = new Client({ connection, namespace: world.namespace });
    const histories: string[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      if (workflowId.startsWith(world.environment) || workflowId.startsWith("take/")) {
        histories.push(readable(await client.workflow.getHandle(workflowId, runId).fetchHistory()));
      }
    }
    await connection.close();
    const places = { said: said.join("\n"), histories: histories.join("\n"), rows: await allRows(world.databaseUrl) };
    // Each place is really looked into: what was wrong is there.
    for (const [place, text] of Object.entries(places)) expect(`${place}: ${text.includes("cannot open ***")}`).toBe(`${place}: true`);
    for (const [place, text] of Object.entries(places))
      expect(`${place}: ${[PLANTED, FILED].filter((secret) => text.includes(secret)).join()}`).toBe(`${place}: `);
  });
});

/** A history with its payloads as text. */
function readable(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}: ${readable(one)}`)
    .join("\n");
}

async function allRows(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname like 'headgate%'",
    );
    const texts: string[] = [];
    for (const { name } of tables) texts.push(...(await client.query<{ row: string }>(`select t::text as row from ${name} t`)).rows.map(({ row }) => row));
    return texts.join("\n");
  } finally {
    await client.end();
  }
}
