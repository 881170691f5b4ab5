import { createRequire } from "node:module";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { ErrorCode } from "../../core/error-codes.ts";
import { HeadgateError } from "../../core/errors.ts";
import type { RunDifferences } from "../../registry/replay/compare.ts";
import type { RecordedHistory, Replayed } from "../../registry/replay/recorded.ts";
import type { ScenarioResult } from "../../registry/simulate/result.ts";
import { RefusedRequest } from "../frame/problem.ts";

/** What is played, as a thread is given it. */
export type SimulationTask =
  | { readonly kind: "simulate"; readonly scenario: unknown }
  | { readonly kind: "replay"; readonly replayed: Replayed; readonly history: RecordedHistory };

/** Scenarios and histories played beside the thread that answers requests: whatever somebody sends, the others go on. */
export interface Simulations {
  /** Throws `E_SCENARIO`, `E_REPLAY_SIZE` if it takes too long. */
  simulate(scenario: unknown): Promise<ScenarioResult>;
  replay(replayed: Replayed, history: RecordedHistory): Promise<RunDifferences>;
}

export interface SimulationLimits {
  /** Longest time of one, in milliseconds. @default 15,000 */
  readonly patience?: number;
  /** Most at once. @default 2 */
  readonly atOnce?: number;
}

/** Most memory of a thread, in MiB. */
const MEMORY = 512;

type Said =
  | { readonly value: unknown }
  | { readonly error: { readonly code?: ErrorCode; readonly message: string; readonly hint?: string; readonly where?: string } };

export function createSimulations({ patience = 15_000, atOnce = 2 }: SimulationLimits = {}): Simulations {
  let playing = 0;

  async function play(task: SimulationTask): Promise<unknown> {
    if (playing >= atOnce) {
      throw new RefusedRequest(429, "E_REPLAY_SIZE", `${atOnce} simulations are played already`, { hint: "try again in some seconds" });
    }
    playing += 1;
    try {
      return await inThread(task, patience);
    } finally {
      playing -= 1;
    }
  }

  return {
    simulate: async (scenario) => (await play({ kind: "simulate", scenario })) as ScenarioResult,
    replay: async (replayed, history) => (await play({ kind: "replay", replayed, history })) as RunDifferences,
  };
}

async function inThread(task: SimulationTask, patience: number): Promise<unknown> {
  const thread = new Worker(...programOf(task));
  let timer: NodeJS.Timeout | undefined;
  try {
    const said = await new Promise<Said>((resolve, reject) => {
      timer = setTimeout(() => reject(tooLong(patience)), patience);
      thread.once("message", resolve);
      thread.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooLarge() : error));
    });
    if ("value" in said) return said.value;
    const { code, message, ...details } = said.error;
    if (code === undefined) throw new Error(message);
    throw new HeadgateError(code, message, details);
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

/** From sources the thread needs what compiles them, which does not register itself in a thread. */
function programOf(task: SimulationTask): ConstructorParameters<typeof Worker> {
  const options: WorkerOptions = { workerData: task, resourceLimits: { maxOldGenerationSizeMb: MEMORY }, execArgv: [] };
  if (!import.meta.url.endsWith(".ts")) return [new URL("./simulation-thread.js", import.meta.url), options];
  const [compiler, program] = [
    createRequire(import.meta.url)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs"),
    new URL("./simulation-thread.ts", import.meta.url).href,
  ];
  const code = `import(${JSON.stringify(compiler)}).then(({ register }) => { register(); return import(${JSON.stringify(program)}); });`;
  return [code, { ...options, eval: true, execArgv: ["--conditions=headgate-source"] }];
}

function tooLong(patience: number): HeadgateError {
  return new HeadgateError("E_REPLAY_SIZE", `it was not played to its end within ${patience / 1_000} s`, {
    hint: "play less of it, or on a machine of your own: headgate simulate, headgate replay",
  });
}

function tooLarge(): HeadgateError {
  return new HeadgateError("E_REPLAY_SIZE", `it needs more than ${MEMORY} MiB of memory`, {
    hint: "play less of it, or on a machine of your own: headgate simulate, headgate replay",
  });
}
