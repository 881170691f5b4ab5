import { expect, it } from "vitest";
import { defineSource, type SourceOptions } from "../../core/index.ts";
import { readSource } from "../watchers/source-reading.ts";

type Item = { readonly no: number };
const options: SourceOptions<Item, { after: number }> = {
  kind: "tickets",
  describe: "https://desk.example/tickets",
  identify: ({ no }) => ({ id: String(no) }),
  read: async function* () {
    yield { items: [{ no: 1 }], cursor: { after: 1 } };
  },
};

it("gives a source that names, identifies and reads as it was told", async () => {
  const source = defineSource(options);
  expect(source).toMatchObject({ kind: "tickets" });
  expect(source.describe()).toBe("https://desk.example/tickets");
  expect(defineSource({ ...options, describe: (asset) => `${asset?.uri}/tickets` }).describe({ uri: "https://desk.example" })).toBe(
    "https://desk.example/tickets",
  );
  expect(source.identify({ no: 7 })).toEqual({ id: "7" });
  const reading = readSource(source);
  await reading.ended;
  expect(reading.items).toEqual([{ no: 1 }]);
  expect(Object.isFrozen(source)).toBe(true);
});

it.each([
  [{ kind: "Tickets" }, "kind of defineSource()"],
  [{ describe: "tickets" }, "which is no URI"],
  [{ identify: undefined }, 'identify of the source "tickets" is no function'],
  [{ read: "all" }, 'read of the source "tickets" is no function'],
  [{ cursor: 1 }, 'unknown option "cursor"'],
])("refuses %j", (change, message) => {
  expect(() => defineSource({ ...options, ...change } as never)).toThrow(message);
});

it("says which item has no id, and what was yielded instead of a batch", async () => {
  const nameless = defineSource<Item>({ ...options, identify: () => ({ id: "" }), read: options.read as never });
  expect(() => nameless.identify({ no: 7 })).toThrow('identify of the source "tickets" gives no id for {"no":7}');
  const listing = defineSource<Item>({
    ...options,
    read: async function* () {
      yield [{ no: 1 }] as never;
    },
  });
  await expect(readSource(listing).ended).rejects.toMatchObject({ code: "E_SOURCE", message: 'the source "tickets" yielded [{"no":1}], which is no batch' });
});
