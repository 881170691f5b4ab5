import { HeadgateError } from "../core/errors.ts";

/** What makes two messages the same: the name of a field of the value, or a function of the item. */
export type MessageKey<Item> = string | ((item: Item) => string);

/** The key of a message. Throws `E_EVENT` for a message that has none: it would be new each time. */
export function messageKey<Item extends { readonly id: string }>(item: Item, value: unknown, key: MessageKey<Item>): string {
  const found: unknown = typeof key === "function" ? key(item) : (value as Readonly<Record<string, unknown>> | null)?.[key];
  if ((typeof found === "string" && found !== "") || typeof found === "number") return String(found);
  throw new HeadgateError(
    "E_EVENT",
    `the message ${item.id} has no key: ${typeof key === "function" ? "the function" : `"${key}"`} gives ${JSON.stringify(found) ?? "nothing"}`,
    { hint: "let each message carry the key, or leave out `key`: then the id that the message came with counts" },
  );
}
