import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { measureApi } from "./api.ts";
import { measureBacklog } from "./backlog.ts";
import { measureBurst } from "./burst.ts";
import { measureCatalogue } from "./catalogue.ts";
import { measureChanges } from "./changes.ts";
import { measureDagSpeed } from "./dag-speed.ts";
import { measureHistory } from "./history.ts";
import { measureHops } from "./hops.ts";
import { measureIngest } from "./ingest.ts";
import { tableOf } from "./print-table.ts";
import { usageOf } from "./process-cpu.ts";
import { measureRegistryStep } from "./registry-step.ts";
import { type Cpu, type Sides, startSides } from "./sides.ts";
import { measureSimulatedYear } from "./simulate-year.ts";
import { atLeast, atMost, type Figure, isMet } from "./statistics.ts";

// `npm run bench`: each figure beside the same thing done with the bare SDK, in the same run and on the same server.

const { values } = parseArgs({
  options: {
    samples: { type: "string", default: "600" },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
    /** Events of the backlog. */
    backlog: { type: "string", default: "1000000" },
    /** Of the store that the API is measured over: 1 has 10,000,000 events. */
    part: { type: "string", default: "0.1" },
    json: { type: "string" },
  },
});
const progress = (line: string): void => void process.stderr.write(`${line}\n`);

const PARTS: Readonly<Record<string, (sides: Sides) => Promise<readonly Figure[]>>> = {
  memory: async (sides) => {
    await pause(3_000);
    const { memory } = usageOf(sides.ours.pid);
    return [
      {
        name: "memory of the worker at rest",
        unit: "MB",
        ours: memory,
        bare: usageOf(sides.bare.pid).memory,
        value: memory,
        target: { kind: "at most", value: 250 },
      },
    ];
  },
  changes: (sides) => measureChanges(sides, Math.ceil(Number(values.samples) / 5)),
  hops: (sides) => measureHops(sides, Number(values.samples)),
  history: measureHistory,
  dags: measureDagSpeed,
  burst: (sides) => measureBurst(sides, Number(values.rounds)),
  ingest: measureIngest,
  catalogue: (sides) => measureCatalogue(sides, progress),
};

const figures: Figure[] = [];
const costs: { readonly part: string; readonly cpu: Cpu }[] = [];
const wanted = values.only?.split(",");
if (wanted === undefined || wanted.some((part) => part !== "step" && part !== "backlog" && part !== "api")) {
  const sides = await startSides(progress);
  try {
    for (const [part, measure] of Object.entries(PARTS)) {
      if (wanted !== undefined && !wanted.includes(part)) continue;
      progress(`measuring ${part}`);
      const before = sides.cpu();
      figures.push(...(await measure(sides)));
      costs.push({ part, cpu: difference(before, sides.cpu()) });
    }
  } finally {
    await sides.stop();
  }
}

if (wanted === undefined || wanted.includes("backlog")) {
  progress("measuring backlog");
  figures.push(...(await measureBacklog(Number(values.backlog), progress)));
}

if (wanted === undefined || wanted.includes("api")) {
  progress("measuring api");
  figures.push(...(await measureApi(Number(values.part), progress)));
}

if (wanted === undefined || wanted.includes("step")) {
  // First: a simulation has a process that is not warm.
  const year = measureSimulatedYear();
  figures.push(atMost("a year of daily events for five DAGs, simulated", "ms", year, 1_000));
  progress("measuring step");
  for (const load of ["gather", "busy"]) figures.push(stepFigure(`1,000 consumers (${load})`, measureRegistryStep(load), 300_000));
  figures.push(stepFigure("10,000 consumers of 100,000 assets", measureRegistryStep("large"), 150_000));
  figures.push(stepFigure("a condition of fifty nodes", measureRegistryStep("deep"), 20_000));
}

process.stdout.write(`${tableOf(figures, costRows())}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ figures, costs }, null, 2)}\n`);
process.exit(figures.every(isMet) ? 0 : 1);

/** Without a server, and without a bare side: the SDK has nothing that decides when to start. */
function stepFigure(load: string, perSecond: number, asked: number): Figure {
  return atLeast(`pure registry step, ${load}`, "events/s", perSecond, asked);
}

/** What the parts cost, below the figures. */
function costRows(): readonly (readonly string[])[] {
  return costs.map(({ part, cpu: used }) => [
    `CPU seconds of ${part}`,
    `ours ${seconds(used.ours)}`,
    `bare ${seconds(used.bare)}`,
    `server ${seconds(used.server)}`,
    `Postgres ${seconds(used.postgres)}`,
    "",
  ]);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(1);
}

function difference(before: Cpu, after: Cpu): Cpu {
  return { server: after.server - before.server, postgres: after.postgres - before.postgres, ours: after.ours - before.ours, bare: after.bare - before.bare };
}
