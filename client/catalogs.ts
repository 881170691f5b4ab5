import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowIdConflictPolicy, WorkflowNotFoundError } from "@temporalio/client";
import type { Payload } from "@temporalio/common";
import type { Catalog } from "../core/catalog.ts";
import type { Names } from "../core/names.ts";
import { CATALOG_SIGNALS } from "../core/registry-protocol.ts";

/** Bytes of compressed text in one slice: below what servers warn about. */
const SLICE = 500 * 1024;
/** Catalogues that a process remembers. */
const REMEMBERED = 16;

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Where catalogues are kept, by their hash: a `registry-catalog` workflow for each has it in its history. */
export interface Catalogs {
  /** Keeps a catalogue. One that is kept already stays as it is. */
  keep(catalog: Catalog): Promise<void>;
  /** From memory, from the workflow, or from the store if there is one; undefined if nobody has it. */
  find(hash: string): Promise<Catalog | undefined>;
  /** Lets a catalogue go that nobody refers to any more. */
  end(hash: string): Promise<void>;
}

/** The part of the store that has catalogues, too. It may be down: then it has none. */
export interface CatalogStore {
  catalogByHash(hash: string): Promise<Catalog | undefined>;
}

export function createCatalogs(client: Client, names: Names, store?: CatalogStore): Catalogs {
  const remembered = new Map<string, Catalog>();

  function remember(catalog: Catalog): Catalog {
    remembered.delete(catalog.hash);
    remembered.set(catalog.hash, catalog);
    for (const hash of [...remembered.keys()].slice(0, -REMEMBERED)) remembered.delete(hash);
    return catalog;
  }

  async function keep(catalog: Catalog): Promise<void> {
    const workflowId = names.catalog(catalog.hash);
    const slices = await slicesOf(catalog);
    try {
      await client.workflow.start("registryCatalog", {
        workflowId,
        taskQueue: names.systemQueue,
        args: [slices.length, slices[0]],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        staticSummary: `Catalogue of project ${catalog.project}: ${catalog.dags.length} DAGs, ${catalog.assets.length} assets`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // Whoever started it may have died before it was complete.
      if ((await readSlices(client, workflowId)) !== undefined) return;
    }
    for (const [index, slice] of slices.entries()) if (index > 0) await client.workflow.getHandle(workflowId).signal(CATALOG_SIGNALS.slice, index, slice);
  }

  async function find(hash: string): Promise<Catalog | undefined> {
    const known = remembered.get(hash);
    if (known !== undefined) return known;
    const slices = await readSlices(client, names.catalog(hash));
    const found = slices === undefined ? await findInStore(hash) : (JSON.parse((await decompress(Buffer.concat(slices))).toString()) as Catalog);
    return found === undefined ? undefined : remember(found);
  }

  async function findInStore(hash: string): Promise<Catalog | undefined> {
    return await store?.catalogByHash(hash).catch(() => undefined);
  }

  async function end(hash: string): Promise<void> {
    try {
      await client.workflow.getHandle(names.catalog(hash)).signal(CATALOG_SIGNALS.end);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  return { keep, find, end };
}

async function slicesOf(catalog: Catalog): Promise<readonly Uint8Array[]> {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 24 };
  const bytes = new Uint8Array(await compress(JSON.stringify(catalog), { params }));
  return Array.from({ length: Math.ceil(bytes.length / SLICE) }, (_, index) => bytes.slice(index * SLICE, (index + 1) * SLICE));
}

/** The slices in their order; undefined if there is no such workflow, or some are missing. */
async function readSlices(client: Client, workflowId: string): Promise<readonly Uint8Array[] | undefined> {
  const { payloadConverter, payloadCodecs } = client.options.loadedDataConverter;
  const slices: Uint8Array[] = [];
  let count = Number.POSITIVE_INFINITY;
  for (const event of await historyOf(client, workflowId)) {
    const { workflowExecutionStartedEventAttributes: started, workflowExecutionSignaledEventAttributes: signaled } = event;
    const input = started?.input ?? (signaled?.signalName === CATALOG_SIGNALS.slice ? signaled.input : undefined);
    if (input == null) continue;
    let payloads = (input.payloads ?? []) as Payload[];
    for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads);
    const [number, slice] = payloads.map((payload) => payloadConverter.fromPayload(payload)) as [number, Uint8Array];
    if (started != null) count = number;
    slices[started == null ? number : 0] = slice;
  }
  return slices.filter((slice) => slice !== undefined).length === count ? slices : undefined;
}

async function historyOf(client: Client, workflowId: string) {
  try {
    return (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}
