import { pollersOf } from "../client/pollers.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { apiTokenEntries, type Config } from "../runtime/config.ts";
import { accessChecks } from "./doctor-access.ts";
import type { Servers } from "./frame/connect.ts";
import { answers, hostAndPort, isLoopback, outsideAddresses } from "./reach.ts";
import { count } from "./text/count-text.ts";

/** One thing that was looked at. */
export interface CheckUp {
  readonly name: string;
  readonly status: "ok" | "warning" | "problem";
  /** What was found. */
  readonly found: string;
  readonly code?: string;
  readonly hint?: string;
}

const OLDEST_NODE = [20, 19] as const;

/** Looks at everything that a run of the project needs. Never throws: what does not answer is a problem. */
export async function checkUp(config: Config, servers: Servers, now: number): Promise<readonly CheckUp[]> {
  const [binary, temporal, store, access, connections] = await Promise.all([
    temporalBinary(),
    temporalServer(config, servers, now),
    storeOf(config, servers),
    guarded("api access", async () => await accessOf(config, servers)),
    connectionsOf(config),
  ]);
  return [node(), ...binary, ...temporal, ...store, ...access, ...connections];
}

function node(): CheckUp {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return ok("node", process.version);
  return { name: "node", status: "problem", found: `${process.version} is too old`, hint: `install Node ${OLDEST_NODE.join(".")} or later` };
}

async function temporalBinary(): Promise<readonly CheckUp[]> {
  const { installedTemporalBinary } = await import("../runtime/embedded/temporal-binary.ts");
  const found = await installedTemporalBinary();
  if (found !== undefined) return [ok("temporal binary", `${found.version}, from ${found.from === "PATH" ? "PATH" : found.path}`)];
  return [
    {
      name: "temporal binary",
      status: "warning",
      found: "not on PATH and not in the cache",
      hint: "`headgate dev` fetches it at its first start; other commands do not need it",
    },
  ];
}

async function temporalServer({ settings }: Config, servers: Servers, now: number): Promise<readonly CheckUp[]> {
  const name = "temporal server";
  const namespace = settings.temporalNamespace;
  return await guarded(name, async () => {
    const { client, connection, tls } = await servers.temporal();
    const [info, found] = await Promise.all([
      client.workflowService.getSystemInfo({}),
      client.workflowService.describeNamespace({ namespace }).then(
        () => ok("temporal namespace", namespace),
        (cause: unknown) =>
          problem(
            "temporal namespace",
            new HeadgateError("E_TEMPORAL_UNREACHABLE", `"${namespace}": ${messageOf(cause)}`, {
              hint: `make it with \`temporal operator namespace create ${namespace}\`, or choose another with --namespace`,
            }),
          ),
      ),
    ]);
    const server = ok(name, `${settings.temporalAddress}, version ${info.serverVersion}`);
    if (found.status === "problem") return [server, ...(await exposure(settings.temporalAddress, tls)), found];
    const rest = await Promise.all([
      guarded("search attributes", async () => {
        const { missingSearchAttributes } = await import("../runtime/search-attributes.ts");
        const missing = await missingSearchAttributes(connection, namespace);
        if (missing.length === 0) return [ok("search attributes", "all there")];
        const flags = missing.map((one) => `--name ${one} --type Keyword`).join(" ");
        return [
          problem(
            "search attributes",
            new HeadgateError("E_SEARCH_ATTRIBUTES", `missing: ${missing.join(", ")}; runs cannot be searched by them`, {
              hint: `temporal operator search-attribute create --namespace ${namespace} ${flags}`,
            }),
          ),
        ];
      }),
      guarded("workers", async () => {
        const queues = [
          [servers.names.systemQueue, "workflow"],
          [servers.names.projectQueue(settings.project), "activity"],
        ] as const;
        return await Promise.all(
          queues.map(async ([queue, kind]): Promise<CheckUp> => {
            const pollers = await pollersOf(client, queue, kind, now);
            if (pollers.length > 0) return ok(`workers on ${queue}`, String(pollers.length));
            return { name: `workers on ${queue}`, status: "problem", found: "none", hint: "start one: `headgate worker`, or `headgate dev` for everything" };
          }),
        );
      }),
      guarded("registry", async () => {
        const state = await (await servers.registry()).state();
        const of = (pick: (consumer: (typeof state.consumers)[number]) => number): number => state.consumers.reduce((sum, consumer) => sum + pick(consumer), 0);
        const faulted = of((consumer) => (consumer.faulted === null ? 0 : 1));
        const found = `${count(state.consumers.length, "DAG")}, ${of(({ running }) => running)} running, ${count(
          of(({ pending }) => pending),
          "event",
        )} pending`;
        if (faulted === 0) return [ok("registry", found)];
        return [
          {
            name: "registry",
            status: "problem",
            found: `${found}, ${faulted} faulted`,
            hint: "`headgate registry status` shows which and why; correct the condition and deploy",
          },
        ];
      }),
    ]);
    return [server, ...(await exposure(settings.temporalAddress, tls)), found, ...rest.flat()];
  });
}

/** Access to the namespace is access to everything: a frontend that others reach must speak TLS. */
async function exposure(address: string, tls: boolean): Promise<readonly CheckUp[]> {
  const name = "temporal access";
  const hint = "let it listen on 127.0.0.1 only, or put TLS in front of it: whoever reaches the frontend is an administrator";
  const place = hostAndPort(address, 7233);
  if (place === undefined || tls) return tls ? [ok(name, "by TLS")] : [];
  if (!isLoopback(place.host)) return [{ name, status: "warning", found: `${address} is beyond loopback and without TLS`, hint }];
  const outside = outsideAddresses();
  const reached = (await Promise.all(outside.map((host) => answers(host, place.port, 500)))).flatMap((isOpen, at) =>
    isOpen ? [`${outside[at]}:${place.port}`] : [],
  );
  if (reached.length === 0) return [ok(name, "loopback only")];
  return [{ name, status: "warning", found: `the port also answers at ${reached.join(", ")}, without TLS`, hint }];
}

async function storeOf({ settings }: Config, servers: Servers): Promise<readonly CheckUp[]> {
  if (settings.databaseUrl === undefined) {
    return [
      {
        name: "store",
        status: "warning",
        found: "not configured: history, lineage and search are not there",
        hint: "set HEADGATE_DATABASE_URL, or start `headgate dev`",
      },
    ];
  }
  const url = settings.databaseUrl;
  return await guarded("store", async () => {
    const { redactUri } = await import("../runtime/connections.ts");
    const store = await servers.store();
    await store.ping();
    const projections = await store.listProjections();
    const refused = projections.reduce((sum, one) => sum + one.unprojected, 0);
    if (refused > 0)
      return [
        {
          name: "store",
          status: "problem",
          found: `${redactUri(url)}: ${count(refused, "fact")} could not be written`,
          hint: "the table `unprojected` holds them with the reason",
        },
      ];
    return [ok("store", redactUri(url))];
  });
}

/** Who could use the API. Says nothing where there is no store yet: that is said already. */
async function accessOf({ settings }: Config, servers: Servers): Promise<readonly CheckUp[]> {
  if (settings.databaseUrl === undefined) return [];
  const { parseTokens } = await import("../api/access/tokens.ts");
  const { access } = await servers.store();
  const [stored, people] = await Promise.all([access.tokens.live(), access.people.list()]);
  return accessChecks({ settings, tokens: stored, fixed: parseTokens(apiTokenEntries()).length, people: people.length });
}

async function connectionsOf({ connections }: Config): Promise<readonly CheckUp[]> {
  const ports: Readonly<Record<string, number>> = { "postgres:": 5432, "postgresql:": 5432, "http:": 80, "https:": 443 };
  const checked = await Promise.all(
    connections.names.map((name) =>
      guarded(`connection ${name}`, async () => {
        const shown = connections.redacted(name);
        const place = hostAndPort(shown, ports[new URL(shown).protocol]);
        if (place === undefined || (await answers(place.host, place.port, 2_000))) return [ok(`connection ${name}`, shown)];
        return [{ name: `connection ${name}`, status: "problem", found: `nothing answers at ${shown}`, hint: "start the server, or correct the URI" }];
      }),
    ),
  );
  return checked.flat();
}

async function guarded(name: string, look: () => Promise<readonly CheckUp[]>): Promise<readonly CheckUp[]> {
  try {
    return await look();
  } catch (error) {
    return [problem(name, error)];
  }
}

function ok(name: string, found: string): CheckUp {
  return { name, status: "ok", found };
}

function problem(name: string, error: unknown): CheckUp {
  if (!HeadgateError.is(error)) return { name, status: "problem", found: messageOf(error) };
  return { name, status: "problem", found: error.message, code: error.code, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}
