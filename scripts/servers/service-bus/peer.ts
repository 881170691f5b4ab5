// A peer of Azure Service Bus on loopback, spoken to over AMQP 1.0: locks that run out and are renewed, sessions, dead letters, duplicate detection,
// topics. What there is, is read from a file, as the emulator does; messages are in memory. `peer.ts <port> <entities.json>`
import { readFileSync } from "node:fs";
import rhea, { type Connection, type EventContext, type Message, type Sender } from "rhea";
import { createEntity, type Entity, type EntityOptions } from "./entity.ts";
import { manage } from "./management.ts";

const { create_container, message: messages, types } = rhea;
const [port = "", file = ""] = process.argv.slice(2);
const SESSION_FILTER = "com.microsoft:session-filter";
const BATCH_FORMAT = 0x80_01_37_00;

const entities = new Map<string, Entity>();
/** What a link that delivers to a client reads. */
const readers = new Map<Sender, { readonly entity: Entity; readonly session: string | undefined; readonly stop: () => void }>();
/** Links for answers, by connection and address. */
const answers = new Map<Connection, Map<string, Sender>>();
/** The lock of each delivery that is on its way. */
const tokens = new WeakMap<object, string>();

const container = create_container({
  id: "service-bus-peer",
  max_frame_size: 65_536,
  // Else an abandoned message is told of as released first.
  sender_options: { treat_modified_as_released: false },
  receiver_options: { max_message_size: 1_048_576, credit_window: 1_000 },
});
const mechanisms = container.sasl_server_mechanisms as unknown as Record<string, unknown> & { enable_anonymous(): void };
mechanisms.enable_anonymous();
mechanisms.MSSBCBS = mechanisms.ANONYMOUS;

/** The entities as the file says now; those that are no longer in it are gone with their messages. */
function declared(): ReadonlyMap<string, Entity> {
  const said = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, EntityOptions>>;
  for (const name of [...entities.keys()]) if (said[name] === undefined) entities.delete(name);
  for (const [name, options] of Object.entries(said)) if (!entities.has(name)) entities.set(name, createEntity(options));
  return entities;
}

function find(address: string): Entity | undefined {
  const [, path = "", dead] = /^(.*?)(\/\$deadletterqueue)?$/i.exec(address) ?? [];
  const entity = declared().get(path);
  return dead === undefined ? entity : entity?.deadLetters;
}

/** A queue, or every subscription of a topic. */
function targetsOf(address: string): readonly Entity[] {
  return [...declared()].flatMap(([name, entity]) => (name === address || name.startsWith(`${address}/subscriptions/`) ? [entity] : []));
}

function addressOf(address: unknown): string {
  // Names of entities know no capitals: the SDK writes "Subscriptions".
  return String(address ?? "")
    .toLowerCase()
    .replace(/^amqps?:\/\/[^/]+\//, "")
    .replace(/\/$/, "");
}

function pump(sender: Sender): void {
  const reader = readers.get(sender);
  while (reader !== undefined && sender.sendable()) {
    const next = reader.entity.next(reader.session);
    if (next === undefined) return;
    const { entry, lock } = next;
    const delivery = sender.send(
      {
        ...entry.message,
        delivery_count: entry.deliveries,
        message_annotations: {
          ...entry.message.message_annotations,
          "x-opt-sequence-number": types.wrap_long(entry.sequence),
          "x-opt-enqueued-time": types.wrap_timestamp(entry.enqueuedAt),
          "x-opt-locked-until": types.wrap_timestamp(lock.until),
        },
      },
      Buffer.from(lock.token, "hex"),
    );
    tokens.set(delivery, lock.token);
  }
}

interface Refusal {
  readonly condition: string;
  readonly description: string;
}

/** Lets a link read; says why not. */
function openReader(sender: Sender, address: string): Refusal | undefined {
  const entity = find(address);
  if (entity === undefined) return notFound(address);
  const filter = (sender.source as { filter?: Record<string, unknown> }).filter ?? {};
  const bySession = SESSION_FILTER in filter;
  if (bySession !== entity.options.sessions)
    return { condition: "amqp:not-allowed", description: bySession ? "the entity has no sessions" : "the entity is read by session only" };
  let session: string | undefined;
  if (bySession) {
    const wanted = filter[SESSION_FILTER];
    const accepted = entity.acceptSession(
      () => sender.close({ condition: "com.microsoft:session-lock-lost", description: "the lock of the session ran out" }),
      wanted === null || wanted === undefined ? undefined : String(wanted),
    );
    // The service waits for one for as long as the client asks it to.
    if (accepted === undefined) return { condition: "com.microsoft:timeout", description: "no session is free" };
    session = accepted.id;
    sender.set_source({ address, filter: { [SESSION_FILTER]: session } } as never);
    const ticks = BigInt(accepted.until) * 10_000n + 621_355_968_000_000_000n;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(ticks);
    const { attach } = (sender as unknown as { local: { attach: { properties?: unknown } } }).local;
    attach.properties = { "com.microsoft:locked-until-utc": types.wrap_long(bytes) };
  }
  readers.set(sender, { entity, session, stop: entity.onReady(() => pump(sender)) });
  return undefined;
}

function notFound(address: string): Refusal {
  return { condition: "amqp:not-found", description: `The messaging entity '${address}' could not be found.` };
}

/** Locks of messages outlive the link; the lock of a session ends with it. */
function closeReader(sender: Sender | undefined): void {
  const reader = sender === undefined ? undefined : readers.get(sender);
  if (sender === undefined || reader === undefined) return;
  readers.delete(sender);
  reader.stop();
  if (reader.session !== undefined) reader.entity.endSession(reader.session);
}

function onSettle(outcome: "accepted" | "modified" | "rejected" | "released", { sender, delivery }: EventContext): void {
  const token = delivery === undefined ? undefined : tokens.get(delivery);
  const reader = sender === undefined ? undefined : readers.get(sender);
  if (delivery === undefined || token === undefined || reader === undefined) return;
  const { entity } = reader;
  const info = (delivery.remote_state as { error?: { info?: Record<string, unknown> } } | undefined)?.error?.info;
  const held = {
    accepted: () => entity.complete(token),
    modified: () => entity.abandon(token),
    released: () => entity.release(token),
    rejected: () => entity.reject(token, info?.DeadLetterReason, info?.DeadLetterErrorDescription),
  }[outcome]();
  const lost = { condition: "com.microsoft:message-lock-lost", description: "The lock supplied is invalid: it ran out, or the message was removed." };
  const outcomes = messages as unknown as Record<string, (fields?: object) => { described(): never }>;
  const answer = held ? outcomes[outcome]?.() : outcomes.rejected?.({ error: lost });
  if (answer !== undefined) delivery.update(true, answer.described());
}

function onMessage({ receiver, message, delivery, connection }: EventContext): void {
  const address = addressOf(receiver?.target.address);
  if (message === undefined) return;
  if (address === "$cbs" || address.endsWith("/$management")) {
    const entity = find(address.replace(/\/\$management$/, ""));
    const { code, description, body, properties } = address === "$cbs" ? { code: 202, description: "Accepted" } : manage(entity, message);
    answers
      .get(connection)
      ?.get(address)
      ?.send({
        to: message.reply_to,
        correlation_id: message.message_id,
        application_properties: { "status-code": code, "status-description": description, statusCode: code, statusDescription: description, ...properties },
        body: body ?? {},
      } as Message);
    return;
  }
  for (const one of (delivery as unknown as { format?: number }).format === BATCH_FORMAT ? unpack(message) : [message]) {
    for (const entity of targetsOf(address)) entity.enqueue({ ...one });
  }
}

/** A batch is a message whose data sections are messages. */
function unpack(message: Message): readonly Message[] {
  const { content } = messages.decode(message as never).body as { content: Buffer | readonly Buffer[] };
  return (Array.isArray(content) ? content : [content]).map((part) => messages.decode(part as never) as unknown as Message);
}

container.on("sender_open", ({ sender, connection }: EventContext) => {
  if (sender === undefined) return;
  sender.set_source(sender.source);
  sender.set_target(sender.target as never);
  const address = addressOf(sender.source.address);
  if (!/\$cbs$|\$management$/.test(address)) {
    const refusal = openReader(sender, address);
    if (refusal !== undefined) sender.close(refusal);
    return;
  }
  const links = answers.get(connection) ?? new Map<string, Sender>();
  answers.set(connection, links.set(address, sender));
});
container.on("receiver_open", ({ receiver }: EventContext) => {
  if (receiver === undefined) return;
  receiver.set_source(receiver.source as never);
  receiver.set_target(receiver.target);
  const address = addressOf(receiver.target.address);
  if (!/\$cbs$|\$management$/.test(address) && targetsOf(address).length === 0) receiver.close(notFound(address));
});
container.on("sendable", ({ sender }: EventContext) => sender !== undefined && pump(sender));
container.on("sender_draining", ({ sender }: EventContext) => {
  if (sender === undefined) return;
  pump(sender);
  sender.set_drained(true);
});
container.on("sender_close", ({ sender }: EventContext) => closeReader(sender));
container.on("disconnected", ({ connection }: EventContext) => {
  for (const sender of [...readers.keys()]) if (sender.connection === connection) closeReader(sender);
  answers.delete(connection);
});
for (const outcome of ["accepted", "modified", "rejected", "released"] as const) container.on(outcome, (context: EventContext) => onSettle(outcome, context));
container.on("message", onMessage);
// A client that is killed is no news.
for (const trouble of ["connection_error", "protocol_error", "error", "sender_error", "receiver_error", "session_error"])
  container.on(trouble, (context: unknown) => process.stderr.write(`${trouble}: ${context instanceof Error ? context.message : ""}\n`));
container.listen({ port: Number(port), host: "127.0.0.1" }).on("listening", () => process.stderr.write(`listens on 127.0.0.1:${port}\n`));
