import type { Command } from "commander";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { unknownName } from "../core/unknown-name.ts";
import type { Connections } from "../runtime/connections.ts";
import { act } from "./frame/command.ts";
import { withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import { readStdin } from "./frame/read-stdin.ts";
import { answers, hostAndPort } from "./reach.ts";
import { renderTable } from "./text/table.ts";

interface Row {
  readonly name: string;
  /** Without user, password, path of the web and query. */
  readonly uri: string;
  /** The variable or the file that it comes from. */
  readonly from: string;
}

/** Ports that a scheme stands for. */
const PORTS: Readonly<Record<string, number>> = {
  ...{ "postgres:": 5432, "postgresql:": 5432, "http:": 80, "https:": 443, "amqp:": 5672, "amqps:": 5671 },
  ...{ "kafka:": 9092, "sftp:": 22, "sb:": 5671 },
};

/** `headgate connections list|test|add`: what names in DAG files stand for. No secret is ever shown. */
export function addConnections(program: Command): void {
  const connections = program
    .command("connections")
    .helpCommand(false)
    .summary("the servers that names in DAG files stand for")
    .description("The servers that names in DAG files stand for: HEADGATE_CONN_<NAME>, or the file of connections. No secret is shown.")
    .helpGroup("Write");

  const list = connections.command("list").description("Lists the connections with where each comes from.");
  withSettings(withOutput(list), []);
  withExamples(list, [["headgate connections list", "what is there?"]]);
  act(list, async ({ config, output }) => {
    const { connections: known } = await config();
    const rows = known.names.map((name) => rowOf(known, name));
    output.result(rows, () =>
      rows.length === 0
        ? "no connections: set HEADGATE_CONN_<NAME>, or call `headgate connections add <name>`"
        : renderTable<Row>(
            [
              { title: "NAME", value: ({ name }) => name, paint: output.paint.bold },
              { title: "URI", value: ({ uri }) => uri },
              { title: "FROM", value: ({ from }) => from },
            ],
            rows,
            { width: output.width, paintTitle: output.paint.dim },
          ),
    );
    return undefined;
  });

  const test = connections.command("test").argument("<name>", "its name");
  test.description("Connects: to Postgres with its login, to other servers as far as that something answers.");
  withSettings(withOutput(test), []);
  withExamples(test, [["headgate connections test warehouse", "does it answer, and take the password?"]]);
  act<object, [string]>(test, async ({ config, output }, name) => {
    const { connections: known } = await config();
    assertKnown(known, name);
    const did = await tryConnection(name, known.uri(name));
    const shown = known.redacted(name);
    output.result({ name, uri: shown, did }, () => `${output.paint.green(did)}: ${name} at ${shown}${DID[did]}`);
    return undefined;
  });

  const add = connections.command("add").argument("<name>", "its name");
  add.description(
    "Adds a connection to the file of connections, which only its owner may read. The URI is read from standard input, as a shell keeps what is typed.",
  );
  withSettings(withOutput(add), []);
  withExamples(add, [["headgate connections add warehouse < warehouse.uri", "scheme://user:password@host:port/path"]]);
  act<object, [string]>(add, async ({ config, output }, name) => {
    const { connectionsFile } = await config();
    const uri = (await readStdin(`headgate connections add ${name} < warehouse.uri`)).trim();
    if (!URL.canParse(uri)) {
      throw new HeadgateError("E_USAGE", "what came on standard input is no URI", {
        where: "-",
        hint: "write it as scheme://user:password@host:port/path; signs such as @, / and # in a password must be percent-encoded",
      });
    }
    const { writeConnection } = await import("../runtime/connections-file.ts");
    const did = writeConnection(connectionsFile, name, uri);
    output.result({ name, did, file: connectionsFile }, () => `${output.paint.green(did)} ${name} in ${connectionsFile}`);
    return undefined;
  });
}

type Did = "logged in" | "something answers" | "not tried";

const DID: Readonly<Record<Did, string>> = {
  "logged in": "",
  "something answers": "; `headgate watchers test` also tries the login",
  "not tried": ": the URI names no server; `headgate watchers test` tries it",
};

/** Throws `E_CONNECTION`, which holds nothing of the URI but its server. */
async function tryConnection(name: string, uri: string): Promise<Did> {
  const { protocol } = new URL(uri);
  const failed = (why: string): HeadgateError =>
    new HeadgateError("E_CONNECTION", `the connection "${name}" does not work: ${why}`, { hint: "start the server, or correct the URI" });
  if (protocol === "postgres:" || protocol === "postgresql:") {
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: uri, connectionTimeoutMillis: 5_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("select 1");
      return "logged in";
    } catch (error) {
      throw failed(messageOf(error));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  const place = hostAndPort(uri, PORTS[protocol]);
  if (place === undefined) return "not tried";
  if (!(await answers(place.host, place.port, 5_000))) throw failed(`nothing answers at ${place.host}:${place.port}`);
  return "something answers";
}

function rowOf(known: Connections, name: string): Row {
  try {
    return { name, uri: known.redacted(name), from: known.origin(name) };
  } catch (error) {
    if (!HeadgateError.is(error)) throw error;
    return { name, uri: "(malformed)", from: known.origin(name) };
  }
}

function assertKnown(known: Connections, name: string): void {
  if (known.names.includes(name)) return;
  throw unknownName(
    "E_CONNECTION",
    `there is no connection "${name}"`,
    name,
    known.names,
    `set HEADGATE_CONN_${name.replaceAll("-", "_").toUpperCase()}, or call \`headgate connections add ${name}\``,
  );
}
