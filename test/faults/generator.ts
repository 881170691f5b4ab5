import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { createPublisher } from "../../client/publisher.ts";
import type { EventInput } from "../../core/event.ts";
import type { JsonObject } from "../../core/json.ts";

/** One input, as the generator's own file has it. */
export interface GeneratedInput {
  readonly asset: string;
  readonly id: string;
}

/** Makes events and publishes them. Its file has every id before anybody else knows it: that is what a checker compares with. */
export interface Generator {
  /** Writes `count` new ids down and hands their events to the registry; settles when all are accepted. */
  publish(asset: { readonly uri: string }, count: number, data?: JsonObject): Promise<readonly EventInput[]>;
  /** Writes down ids that someone else makes events of. */
  note(asset: { readonly uri: string }, ids: readonly string[]): void;
  close(): Promise<void>;
}

export function createGenerator(file: string, send: Parameters<typeof createPublisher>[0]["send"]): Generator {
  const opened = openSync(file, "a");
  const publisher = createPublisher({ send });
  let count = 0;

  function note(asset: { readonly uri: string }, ids: readonly string[]): void {
    for (const id of ids) writeSync(opened, `${JSON.stringify({ asset: asset.uri, id } satisfies GeneratedInput)}\n`);
    fsyncSync(opened);
  }

  return {
    note,
    async publish(asset, wanted, data = {}) {
      const events = Array.from({ length: wanted }, (): EventInput => {
        count += 1;
        return { asset: asset.uri, id: `e-${count}`, data };
      });
      note(
        asset,
        events.map((event) => event.id as string),
      );
      await publisher.publish(events);
      return events;
    },
    close: async () => {
      await publisher.close();
      closeSync(opened);
    },
  };
}

export function readInputs(file: string): readonly GeneratedInput[] {
  return linesOf<GeneratedInput>(file);
}

/** The complete lines of a file of JSON lines; none if it is not there. */
export function linesOf<T>(file: string): readonly T[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  // What follows the last end of a line is still being written.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}
