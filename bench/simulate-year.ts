import { fileURLToPath } from "node:url";
import { simulate } from "../registry/index.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-01-01T06:00:00Z");

/** A year of daily events for five DAGs that hang together: partitions, a clock, a monthly roll-up, a silence. */
function yearOfDays(): object {
  const timeline = Array.from({ length: 365 }, (_, index) => {
    const at = new Date(START + index * DAY).toISOString();
    return { at, event: [{ asset: "s3://lake/a", partition: at.slice(0, 10) }, { asset: "s3://lake/b" }] };
  });
  const dags = [
    { id: "join", on: { all: [{ asset: "s3://lake/a" }, { asset: "s3://lake/b", keep: true }] }, runs: { duration: "5m", outlets: ["s3://lake/c"] } },
    { id: "after", on: { asset: "s3://lake/c" }, runs: { duration: "1m" } },
    { id: "morning", on: { all: [{ cron: "0 7 * * *", tz: "Europe/London" }, { asset: "s3://lake/b" }] }, runs: { duration: "1h" } },
    { id: "month", on: { asset: "s3://lake/a", partitions: { map: "rollup", grain: "month", wait: { deadline: "2h" } } } },
    { id: "silence", on: { absent: { asset: "s3://lake/b" }, for: "20h" } },
  ];
  const partitions = { grain: "day" };
  return { assets: ["a", "c"].map((name) => ({ uri: `s3://lake/${name}`, partitions })), dags, timeline };
}

/** Milliseconds of CPU time for the year, in a process that has not simulated before: as `headgate simulate` does it. */
export function measureSimulatedYear(): number {
  const before = process.cpuUsage();
  simulate(yearOfDays());
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`a year of daily events, simulated: ${Math.round(measureSimulatedYear())} ms\n`);
}
