/** What the source needs of a client of Kafka; `client-kafkajs.ts` is one. Offsets are bigints: they may exceed what a number holds. */
export interface KafkaClient {
  describe(topic: string): Promise<TopicFacts>;
  partitions(topic: string): Promise<readonly PartitionFacts[]>;
  /** For each partition the offset of the first record that is not older; the end, if there is none. */
  offsetsAt(topic: string, time: number): Promise<ReadonlyMap<number, bigint>>;
  consume(reading: TopicReading): Promise<TopicConsumer>;
  close(): Promise<void>;
}

export interface TopicFacts {
  readonly cluster: string;
  /** Absent with brokers older than 2.8. */
  readonly topicId?: string;
  readonly partitions: readonly PartitionFacts[];
}

export interface PartitionFacts {
  readonly partition: number;
  /** The oldest offset that is still there. */
  readonly low: bigint;
  /** The offset of the next record. */
  readonly high: bigint;
}

export interface TopicReading {
  readonly topic: string;
  readonly group: string;
  /** Where to read on. Undefined: from the oldest record. Asked whenever the group gives partitions to this member. */
  readonly nextOf: (partition: number) => bigint | undefined;
  /** How often new partitions are looked for, in milliseconds. */
  readonly refresh: number;
  /** Told of each assignment: how many partitions this member has. */
  readonly onAssigned: (partitions: number) => void;
}

export interface TopicConsumer {
  /** The next records of one partition, in their order; undefined if none came in time, and at each assignment. Rejects when the consumer is broken. */
  next(ms: number, signal: AbortSignal): Promise<Fetched | undefined>;
  /** False until the group has given this member its partitions for the first time. */
  isAssigned(): boolean;
  /** Ends at once, without waiting for what is being fetched to be taken. */
  close(): Promise<void>;
}

export interface Fetched {
  readonly partition: number;
  /** Committed and visible records only; offsets may have gaps. */
  readonly records: readonly KafkaRecord[];
  /** The offset behind everything that was fetched, also behind what is not visible. */
  readonly next: bigint;
  /** Lets the group know, unless the partition was given to another member since. */
  commit(next: bigint): Promise<void>;
  /** Everything of it is done: the partition is fetched on. */
  done(): void;
}

export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: string, value: Buffer])[];
  /** Milliseconds since 1970. */
  readonly at: number;
}
