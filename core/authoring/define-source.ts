import { HeadgateError } from "../errors.ts";
import type { Batch, ItemIdentity, ReadContext, Source, SourceAsset } from "../source.ts";
import { splitUri } from "../uri/uri.ts";
import { checkOptionNames } from "./option-names.ts";

/** What a source of one's own consists of. */
export interface SourceOptions<Item, Cursor> {
  /** The technology, in kebab-case: `"tickets"`. With what `describe` says it names the position: another one asks for a reset. */
  readonly kind: string;
  /** The watched thing as a URI, the `source` of its events; or made of the asset that is published. */
  readonly describe: string | ((asset?: SourceAsset) => string);
  /** The queue from which reading takes messages away, if it does: two watchers of one queue are refused. */
  readonly takesFrom?: (asset?: SourceAsset) => string | undefined;
  /** An item's id, the same for the same item for ever, made of where it comes from; with its time and partition if it has them. */
  readonly identify: (item: Item, asset?: SourceAsset) => ItemIdentity;
  /** Goes on until `signal` aborts. A batch is asked for only after the one before it is committed; `{ items: [] }` is a sign of life. */
  readonly read: (context: ReadContext<Cursor>) => AsyncIterable<Batch<Item, Cursor>>;
}

const OPTIONS = ["kind", "describe", "takesFrom", "identify", "read"] as const;
const KIND = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Defines a source of one's own, for `watch`. What it promises and how it is tested is in docs/custom-source.md.
 * Throws `E_OPTION`; while it is read, `E_SOURCE` for a batch that is none and for an item without an id.
 *
 * @example
 * const tickets = defineSource<Ticket, { after: number }>({
 *   kind: "tickets",
 *   describe: "https://desk.example/tickets",
 *   identify: (ticket) => ({ id: `${ticket.no}@${ticket.version}`, time: ticket.changedAt }),
 *   read: readTickets,
 * });
 */
export function defineSource<Item, Cursor = never>(options: SourceOptions<Item, Cursor>): Source<Item, Cursor> {
  checkOptionNames(options, OPTIONS, "defineSource()");
  const { kind, describe, takesFrom, identify, read } = options;
  if (typeof kind !== "string" || !KIND.test(kind)) {
    throw new HeadgateError("E_OPTION", `kind of defineSource() is ${JSON.stringify(kind)}`, { hint: 'write it in kebab-case, as "tickets"' });
  }
  const where = `the source "${kind}"`;
  for (const [name, value] of Object.entries({ identify, read })) {
    if (typeof value !== "function") throw new HeadgateError("E_OPTION", `${name} of ${where} is no function`, { hint: "see docs/custom-source.md" });
  }

  function nameOf(asset?: SourceAsset): string {
    const name: unknown = typeof describe === "function" ? describe(asset) : describe;
    if (typeof name === "string" && isUri(name)) return name;
    throw new HeadgateError("E_OPTION", `describe of ${where} gives ${JSON.stringify(name)}, which is no URI`, {
      hint: 'name what is watched, as "https://desk.example/tickets"',
    });
  }
  function identityOf(item: Item, asset?: SourceAsset): ItemIdentity {
    const identity = identify(item, asset);
    if (typeof identity?.id === "string" && identity.id !== "") return identity;
    throw new HeadgateError("E_EVENT", `identify of ${where} gives no id for ${JSON.stringify(item)?.slice(0, 200)}`, {
      hint: "return { id } with a text that is the same for the same item for ever",
    });
  }
  async function* readChecked(context: ReadContext<Cursor>): AsyncGenerator<Batch<Item, Cursor>> {
    for await (const batch of read(context)) {
      if (!Array.isArray(batch?.items)) {
        throw new HeadgateError("E_SOURCE", `${where} yielded ${JSON.stringify(batch)?.slice(0, 200)}, which is no batch`, {
          hint: "yield { items: [...], cursor }, and { items: [] } when there is nothing new",
        });
      }
      yield batch;
    }
  }
  if (typeof describe === "string") nameOf();
  return Object.freeze({
    kind,
    describe: nameOf,
    ...(takesFrom === undefined ? {} : { takesFrom }),
    identify: identityOf,
    read: readChecked,
  });
}

function isUri(text: string): boolean {
  try {
    splitUri(text);
    return true;
  } catch {
    return false;
  }
}
