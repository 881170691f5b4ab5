// `npm run histories [-- <name>...]`: records what every workflow of ours can go through, on real servers, into test/histories/recorded/.
// Run it when a change of the workflows, the registry or the interpreter is meant to change what they do: until the first
// release nothing that runs has to survive such a change. With names only those files are written: what is new beside what stays.
import { type RecordedHistory, writeHistory } from "../test/histories/history-file.ts";
import { play } from "../test/histories/play.ts";
import { record } from "../test/histories/record.ts";
import { openStage } from "../test/histories/stage.ts";

const began = performance.now();
const progress = (line: string): void => void process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}\n`);

async function recordAll(): Promise<readonly RecordedHistory[]> {
  const opening = openStage(progress);
  // Servers outlive the process that started them.
  const stop = (): void => void opening.then((stage) => stage[Symbol.asyncDispose]()).finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  await using stage = await opening;
  const cases = await play(stage, progress);
  progress("recording");
  return await record(stage, cases);
}

const names = process.argv.slice(2);
const histories = (await recordAll()).filter(({ name }) => names.length === 0 || names.includes(name));
let bytes = 0;
for (const history of histories) bytes += writeHistory(history);
process.stdout.write(`recorded ${histories.length} histories, ${Math.round(bytes / 1024)} KiB, in ${Math.round((performance.now() - began) / 1000)} s\n`);
process.exit(0);
