import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KafkaServer, kafkaServer } from "../../scripts/servers/kafka.ts";
import { type S3Server, s3Server } from "../../scripts/servers/s3.ts";

/** The servers that the parts read, each started by the first part that asks. */
export interface BenchServers {
  kafka(): Promise<KafkaServer>;
  s3(): Promise<S3Server>;
  stop(): Promise<void>;
}

export function benchServers(onProgress: (line: string) => void): BenchServers {
  const folder = mkdtempSync(join(tmpdir(), "headgate-bench-servers-"));
  let kafka: Promise<KafkaServer> | undefined;
  let s3: Promise<S3Server> | undefined;
  return {
    kafka: () => (kafka ??= kafkaServer.start({ stateDir: join(folder, "kafka"), onProgress })),
    s3: () => (s3 ??= s3Server.start({ stateDir: join(folder, "s3"), onProgress })),
    stop: async () => {
      for (const server of await Promise.allSettled([kafka, s3])) if (server.status === "fulfilled") await server.value?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
