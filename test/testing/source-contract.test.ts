import { setTimeout as sleep } from "node:timers/promises";
import { asset, type Batch, defineSource, type ReadContext, watch } from "headgate";
import { type SourceWorld, sourceContract } from "headgate/testing";
import { expect, it } from "vitest";

type Item = { readonly no: number; readonly name: string };
type Cursor = { readonly after: number };

/** How a source that reads a list in memory may go wrong. */
interface Faults {
  readonly randomIds?: boolean;
  readonly deafTo?: "now" | "abort";
  readonly startsOver?: boolean;
}

function createList({ randomIds = false, deafTo, startsOver = false }: Faults): () => Promise<SourceWorld> {
  return async () => {
    const list: string[] = [];
    let session = 0;
    async function* read({ cursor, startAt, signal, log }: ReadContext<Cursor>): AsyncGenerator<Batch<Item, Cursor>> {
      const begin = startAt === "now" && deafTo !== "now" ? list.length : 0;
      if (cursor === undefined) log.info(`${begin} taken as known`);
      let { after } = cursor === undefined || startsOver ? { after: begin } : cursor;
      session += 1;
      if (cursor === undefined) yield { items: [], cursor: { after } };
      while (!signal.aborted) {
        const items = list.slice(after, after + 2).map((name, k) => ({ no: after + k, name }));
        after += items.length;
        yield items.length === 0 ? { items } : { items, cursor: { after } };
        if (items.length === 0) await sleep(deafTo === "abort" ? 1_500 : 5);
      }
    }
    const source = defineSource<Item, Cursor>({
      kind: "list",
      describe: "list://test",
      identify: ({ no }) => ({ id: randomIds ? String(Math.random()) : `${startsOver ? session : 0}:${no}` }),
      read,
    });
    const map = ({ name }: Item) => {
      if (name.startsWith("poison:")) throw new Error("it is poison");
      return { data: { name } };
    };
    return {
      watcher: (startAt) => watch("list", source, { publishes: asset("lake://list"), every: "5ms", startAt, map }),
      put: async (name) => void list.push(name),
      putPoison: async (name) => void list.push(`poison:${name}`),
      nameOf: (event) => String(event.data?.name),
      dispose: async () => undefined,
    };
  };
}

it.each(sourceContract(createList({})))("passes a source that is right: it $name", ({ run }) => run());

it.each([
  { what: "whose ids are new each time", faults: { randomIds: true }, fails: "gives the same item the same event for ever" },
  { what: "that publishes what it should take as known", faults: { deafTo: "now" }, fails: "takes what exists as known, from now" },
  { what: "that goes on after it was told to end", faults: { deafTo: "abort" }, fails: "ends soon when it is told to" },
  {
    what: "that reads all again in each session, as something else",
    faults: { startsOver: true },
    fails: "goes on where the last session ended, also with what came in between",
  },
] as const)("fails a source $what", async ({ faults, fails }) => {
  const found = sourceContract(createList(faults)).find(({ name }) => name === fails);
  await expect(found?.run()).rejects.toThrow();
});

it("leaves out of a queue's contract what a queue cannot do", () => {
  const all = sourceContract(createList({})).map(({ name }) => name);
  const queue = sourceContract(createList({}), { forgets: true }).map(({ name }) => name);
  expect(all.filter((name) => !queue.includes(name))).toEqual(["gives the same item the same event for ever"]);
});
