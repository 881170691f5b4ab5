import { HeadgateError } from "../../core/errors.ts";
import type { Batch, PoisonItem, ReadContext } from "../../core/source.ts";
import type { PayloadFormat } from "../payload.ts";
import type { Fetched, KafkaClient, KafkaRecord, TopicFacts } from "./client.ts";
import { openKafkaJs } from "./client-kafkajs.ts";
import { parseKafkaUri } from "./connection.ts";
import { decodeRecord } from "./decode-record.ts";
import type { KafkaItem } from "./kafka.ts";
import { advance, checkPosition, checkRange, type KafkaCursor, nextOf, type TopicPosition } from "./positions.ts";
import { openValues, type ReadValue, type ValueFormat } from "./value-format.ts";

export interface TopicPlace {
  readonly connection: string;
  readonly topic: string;
  readonly source: string;
  readonly group?: string;
  readonly values: PayloadFormat | ValueFormat;
}

/** Records of one batch. */
const BATCH = 1_000;
/** How often partitions are looked for at most and at least, in milliseconds. */
const REFRESH = { least: 1_000, most: 30_000 };
/** Longest wait for a record before a sign of life. */
const SILENCE = 5_000;

/** Reads a topic for ever. The position counts, not the offsets of the group: what comes twice is left out by it, and a gap is seen. */
export async function* readTopic<Value>(place: TopicPlace, context: ReadContext<KafkaCursor>): AsyncGenerator<Batch<KafkaItem<Value>, KafkaCursor>> {
  const { signal, log, every } = context;
  const joining = { items: [], joining: true } as const;
  yield joining;
  const client = await openKafkaJs(parseKafkaUri(context.connection(place.connection), place.connection), place.source);
  try {
    const readValue = await openValues(place.values, context);
    const facts = await client.describe(place.topic);
    let position: TopicPosition;
    if (context.cursor !== undefined && "next" in context.cursor) position = context.cursor;
    else {
      position = await beginning(place, context, client, facts);
      // Before anything is read: a second beginning would take what came meanwhile as known.
      if (context.cursor === undefined) yield { items: [], cursor: position };
    }
    checkPosition(place.source, position, facts);
    position = { ...position, ...identityOf(facts) };

    yield joining;
    const consumer = await client.consume({
      topic: place.topic,
      group: place.group ?? `headgate.${context.reader ?? place.source}`,
      nextOf: (partition) => nextOf(position, partition),
      refresh: Math.min(REFRESH.most, Math.max(REFRESH.least, every)),
      onAssigned: warnOfStrangers(place, client, log),
    });
    try {
      while (!signal.aborted) {
        const fetched = await consumer.next(Math.min(every, SILENCE), signal);
        if (fetched === undefined) {
          yield consumer.isAssigned() ? { items: [] } : joining;
          continue;
        }
        const expected = nextOf(position, fetched.partition);
        const records = fetched.records.filter((record) => expected === undefined || record.offset >= expected);
        if (expected !== undefined) await checkFetched(place, client, position, fetched, expected);
        for (let start = 0; start < records.length || start === 0; start += BATCH) {
          const part = records.slice(start, start + BATCH);
          const last = start + BATCH >= records.length;
          const next = last ? fetched.next : (records[start + BATCH]?.offset ?? fetched.next);
          if (expected !== undefined && next <= expected) break;
          position = advance(position, fetched.partition, next);
          yield { ...(await decodeAll<Value>(readValue, part, facts.topicId)), cursor: position, ack: () => fetched.commit(next) };
        }
        fetched.done();
      }
    } finally {
      await consumer.close();
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  } finally {
    await client.close();
  }
}

/**
 * Offsets may have gaps that mean nothing (ends of transactions, compaction); one below the oldest record that is left is a loss. What lies
 * behind the position comes after a rebalance, or from another topic of the same name.
 */
async function checkFetched(place: TopicPlace, client: KafkaClient, position: TopicPosition, fetched: Fetched, expected: bigint): Promise<void> {
  if (fetched.next <= expected) checkPosition(place.source, position, await client.describe(place.topic));
  if ((fetched.records[0]?.offset ?? fetched.next) <= expected) return;
  const there = (await client.partitions(place.topic)).find((one) => one.partition === fetched.partition);
  if (there !== undefined) checkRange(place.source, fetched.partition, expected, there);
}

async function beginning(place: TopicPlace, context: ReadContext<KafkaCursor>, client: KafkaClient, facts: TopicFacts): Promise<TopicPosition> {
  const given = context.cursor ?? context.startAt;
  const identity = identityOf(facts);
  if (given === "beginning") return { next: Object.fromEntries(facts.partitions.map(({ partition, low }) => [partition, low.toString()])), ...identity };
  if (given === "now") {
    const existing = facts.partitions.reduce((sum, { low, high }) => sum + (high - low), 0n);
    context.log.info(`about ${existing} records of ${place.source} taken as known; a reset to the beginning publishes them`);
    return { next: Object.fromEntries(facts.partitions.map(({ partition, high }) => [partition, high.toString()])), ...identity };
  }
  if ("next" in given) return given;
  const time = Date.parse(given.timestamp);
  if (Number.isNaN(time)) {
    throw new HeadgateError("E_CONFIG", `startAt of kafka() is ${JSON.stringify(given)}, which is no instant`, {
      where: place.source,
      hint: 'write startAt: { timestamp: "2026-11-23T00:00:00Z" }, { next: { "0": "42" } }, "now" or "beginning"',
    });
  }
  const offsets = await client.offsetsAt(place.topic, time);
  return { next: Object.fromEntries([...offsets].map(([partition, offset]) => [partition, offset.toString()])), ...identity };
}

function identityOf({ cluster, topicId }: TopicFacts): Pick<TopicPosition, "cluster" | "topicId"> {
  return { cluster, ...(topicId === undefined ? {} : { topicId }) };
}

async function decodeAll<Value>(
  readValue: ReadValue,
  records: readonly KafkaRecord[],
  topicId: string | undefined,
): Promise<{ readonly items: readonly KafkaItem<Value>[]; readonly poison: readonly PoisonItem[] }> {
  const items: KafkaItem<Value>[] = [];
  const poison: PoisonItem[] = [];
  for (const record of records) {
    const decoded = await decodeRecord<Value>(record, readValue);
    if ("item" in decoded) items.push({ ...decoded.item, ...(topicId === undefined ? {} : { topicId }) });
    else poison.push({ ...decoded.poison, id: `${topicId ?? record.topic}/${record.partition}:${record.offset}` });
  }
  return { items, poison };
}

/** Somebody else in the group takes partitions away: for a moment that is the session before, for longer it is a mistake. */
function warnOfStrangers(place: TopicPlace, client: KafkaClient, log: ReadContext<KafkaCursor>["log"]): (partitions: number) => void {
  return (assigned) => {
    void client.partitions(place.topic).then(
      (partitions) => {
        if (assigned < partitions.length) {
          log.warn(`${place.source}: ${partitions.length - assigned} of ${partitions.length} partitions are read by another member of the group`, {
            hint: "if it stays so, another program uses the group: give this watcher its own by kafka({ group })",
          });
        }
      },
      () => undefined,
    );
  };
}
