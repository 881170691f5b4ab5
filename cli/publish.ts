import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { checkEventData } from "../activities/check-events.ts";
import type { PostedEvent } from "../client/http/schema.gen.ts";
import { measureEvent } from "../client/publisher.ts";
import { defined } from "../core/defined.ts";
import { HeadgateError } from "../core/errors.ts";
import type { EventInput } from "../core/event.ts";
import type { JsonObject } from "../core/json.ts";
import { checkKey } from "../core/partitions/partition-key.ts";
import { parseTemplate } from "../core/uri/template.ts";
import { normalizeUri } from "../core/uri/uri.ts";
import type { Config } from "../runtime/config.ts";
import { createDefinitionSet } from "../runtime/definition-set.ts";
import { act } from "./frame/command.ts";
import { API_SETTINGS, withOutput, withSettings } from "./frame/flags.ts";
import { withExamples } from "./frame/help.ts";
import type { Output } from "./frame/output.ts";
import { readStdin } from "./frame/read-stdin.ts";
import { loadProject } from "./project.ts";
import { parseJson, readEvents } from "./read-events.ts";
import { count } from "./text/count-text.ts";
import { partitionText } from "./text/partition-text.ts";

/** Who says it, unless the event does: the API would say that it came over HTTP. */
const SOURCE = "external";

interface PublishOptions {
  readonly data?: string;
  readonly id?: string;
  readonly source?: string;
  readonly partition?: string;
  readonly time?: string;
}

/** `headgate publish <asset>`: hands events to the registry, through the publisher that all senders use. */
export function addPublish(program: Command): void {
  const command = program
    .command("publish")
    .argument("<asset>", "URI, also of one partition of it; `-` reads whole events from stdin")
    .argument("[input]", "`-` reads events of this asset from stdin: JSON, an array, or one a line")
    .summary("say that an asset changed")
    .description("Publishes events: says that an asset changed.")
    .helpGroup("Run");
  command
    .option("--data <json>", "what consumers get; `-` reads it from stdin")
    .option("--id <id>", "the same source and id again is a duplicate (default: new each time)")
    .option("--source <name>", 'who says it (default: "external")')
    .option("--partition <key>", "the slice that changed: 2026-11-23, eu")
    .option("--time <instant>", "when it happened, ISO 8601 with a zone (default: now)");
  withSettings(withOutput(command), API_SETTINGS);
  withExamples(command, [
    ["headgate publish s3://lake/raw/orders", "it changed"],
    [`headgate publish s3://lake/raw/orders --partition 2026-11-23 --data '{"rows": 3}' --id batch-17`, "what changed, once"],
    ["jq -c '.[]' events.json | headgate publish -", "many events, one a line"],
  ]);
  act<PublishOptions, [string, string | undefined]>(command, async ({ api, config, options, output }, asset, input) => {
    const events = (await eventsOf(asset, input, options)).map((event) => ({ ...event, id: event.id ?? randomUUID() }));
    for (const event of events) measureEvent(event);
    const own = await config();
    // An API elsewhere checks what it takes, against the files of its own project.
    if (own.settings.apiUrl === undefined) await checkAgainstProject(events, own, output);
    const asked = await api();
    for (const piece of pieces(events)) await asked.post("/v1/events", { body: piece });
    output.result(events.length === 1 ? events[0] : events, () =>
      events.length === 1 && events[0] !== undefined
        ? `${output.paint.green("published")} ${output.paint.bold(events[0].id)} of ${events[0].asset}\n${output.paint.dim(`what became of it: headgate explain --event ${events[0].id}`)}`
        : `${output.paint.green("published")} ${count(events.length, "event")}`,
    );
    return undefined;
  });
}

/** Bytes of one request, less than an API takes: each piece is accepted as a whole, or not at all. */
const PIECE_BYTES = 512 * 1024;

function* pieces(events: readonly EventInput[]): Generator<PostedEvent[]> {
  let piece: PostedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const posted = { ...event, source: event.source ?? SOURCE } as PostedEvent;
    const size = Buffer.byteLength(JSON.stringify(posted));
    if (piece.length > 0 && bytes + size > PIECE_BYTES) {
      yield piece;
      [piece, bytes] = [[], 0];
    }
    piece.push(posted);
    bytes += size;
  }
  if (piece.length > 0) yield piece;
}

async function eventsOf(asset: string, input: string | undefined, options: PublishOptions): Promise<readonly EventInput[]> {
  if (input !== undefined && input !== "-") {
    throw new HeadgateError("E_USAGE", `"${input}" is one argument too many`, {
      where: input,
      hint: `data stands behind --data: headgate publish ${asset} --data '${input}'`,
    });
  }
  if (asset === "-" || input === "-") {
    const given = Object.keys(defined({ data: options.data, id: options.id, time: options.time, partition: options.partition, source: options.source }));
    if (given.length > 0)
      throw new HeadgateError("E_USAGE", `--${given[0]} is for one event, and with \`-\` events come from stdin`, {
        where: `--${given[0]}`,
        hint: "put it into the events",
      });
    return readEvents(
      await readStdin('echo \'{"asset":"s3://lake/raw/orders"}\' | headgate publish -'),
      "stdin",
      asset === "-" ? undefined : normalizeUri(asset),
    );
  }
  normalizeUri(asset);
  const { data, id, partition, source, time } = options;
  if (time !== undefined && !(/(Z|[+-]\d\d:?\d\d)$/.test(time) && Number.isFinite(Date.parse(time)))) {
    throw new HeadgateError("E_EVENT", `"${time}" is no instant with a zone`, { where: "--time", hint: "write ISO 8601: 2026-11-23T10:00:00Z" });
  }
  return [{ asset, ...defined({ id, partition, source, time, data: data === undefined ? undefined : await dataOf(data) }) }];
}

async function dataOf(text: string): Promise<JsonObject> {
  const where = text === "-" ? "stdin" : "--data";
  const data = parseJson(text === "-" ? await readStdin("cat data.json | headgate publish <asset> --data -") : text, where);
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new HeadgateError("E_EVENT", `the data of an event is a JSON object, got ${text.slice(0, 80)}`, {
      where,
      hint: `give it a name: '{"value": ${text.slice(0, 40)}}'`,
    });
  }
  return data as JsonObject;
}

/**
 * Checks data and partitions where this project defines the asset, so that the person who publishes hears of it. What this
 * cannot check (another project's asset, files that do not load) the registry has checked, and rejects.
 */
async function checkAgainstProject(events: readonly EventInput[], config: Config, output: Output): Promise<void> {
  const project = await loadProject(config);
  if (project.errors.length > 0) output.note(`schemas of this project are not all checked here: ${project.errors[0]?.message}`);
  const schemas = createDefinitionSet(project.definitions);
  const templates = project.catalog.assets.map((asset) => ({ asset, template: parseTemplate(asset.template ?? asset.uri) }));
  for (const [index, event] of events.entries()) {
    const where = events.length === 1 ? event.asset : `event ${index + 1}, ${event.asset}`;
    await checkEventData(schemas, event);
    const uri = normalizeUri(event.asset);
    const found = templates.find(({ asset, template }) => asset.uri === uri || template.partitionOf(uri) !== undefined);
    const key = event.partition ?? found?.template.partitionOf(uri);
    if (found?.asset.partitions === undefined || key === undefined || key === null) continue;
    const wrong = checkKey(found.asset.partitions, key);
    if (wrong !== null)
      throw new HeadgateError("E_EVENT_PARTITION", `the partition "${key}" does not fit ${found.asset.uri}: ${wrong}`, {
        where,
        hint: `its partitions are ${partitionText(found.asset.partitions)}`,
      });
  }
}
