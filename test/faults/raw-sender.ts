import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { UPDATES } from "../../core/registry-protocol.ts";
import { type RawRound, type RawSignal, rawRound } from "./raw-round.ts";

/** What the sender's file has of each round, before anything of it is sent. */
export type SentRound = Pick<RawRound, "inputs" | "rejected" | "repeats">;

// A stranger in a process of its own: it sends round after round until it is told to stop, whatever becomes of the workers meanwhile.
const [address, namespace, workflowId, file] = process.argv.slice(2) as [string, string, string, string];
const connection = await Connection.connect({ address });
const client = new Client({ connection, namespace });
const written = openSync(file, "a");
let stopping = false;
process.on("message", () => {
  stopping = true;
});

/** Once for each call: the server knows tries of one request by its id. */
async function send({ name, payloads }: RawSignal): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace,
    requestId: randomUUID(),
    workflowExecution: { workflowId },
    signalName: name,
    input: { payloads: payloads.map(({ text, encoding = "json/plain" }) => ({ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(text) })) },
  });
}

/** Pauses and resumes a DAG again and again; the last word is a resume. Their answers need a worker, so they wait for it. */
async function pauseAndResume(dag: string): Promise<void> {
  const registry = client.workflow.getHandle(workflowId);
  for (let asked = 0; !stopping || asked % 2 === 1; asked += 1) {
    const update = asked % 2 === 0 ? UPDATES.pauseDag : UPDATES.resumeDag;
    for (let done = false; !done; ) {
      done = await registry.executeUpdate(update, { args: [{ dag, by: "a stranger", request: `${dag}-${asked}` }] }).then(
        () => true,
        () => sleep(200, false),
      );
    }
    await sleep(300);
  }
}

async function sendRounds(): Promise<void> {
  for (let n = 0; !stopping; n += 1) {
    const { signals, ...sent } = rawRound(n);
    writeSync(written, `${JSON.stringify(sent satisfies SentRound)}\n`);
    fsyncSync(written);
    for (const signal of signals) await send(signal);
    await sleep(300);
  }
}

await Promise.all([sendRounds(), pauseAndResume("fault-batch")]);
closeSync(written);
await connection.close();
process.disconnect();
