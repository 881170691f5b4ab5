import type { ServiceBusReceiver } from "@azure/service-bus";
import { closeWithin } from "../close-within.ts";
import { loadPackage } from "../optional-package.ts";
import { type BusEntity, partsOf, toSourceError } from "./bus.ts";
import { toConnectionString } from "./connection.ts";

/** Most messages that are looked at. */
const MOST = 1_000;
/** Messages of one look. */
const PAGE = 250;
const CLOSE = 3_000;
const OPERATION = 10_000;

/** How many messages are in it, up to a thousand, locked ones among them. It looks at them and takes none. Throws `E_SOURCE`, `E_PACKAGE_MISSING`. */
export async function countMessages(entity: Pick<BusEntity, "path" | "source"> & { readonly connection: string }, uri: string): Promise<number> {
  const { ServiceBusClient } = await loadPackage("serviceBus()", "@azure/service-bus", () => import("@azure/service-bus"));
  const client = new ServiceBusClient(toConnectionString(uri, entity.connection), { retryOptions: { maxRetries: 0, timeoutInMs: OPERATION } });
  const [name, subscription] = partsOf(entity.path);
  try {
    return await count(subscription === undefined ? client.createReceiver(name) : client.createReceiver(name, subscription));
  } catch (error) {
    throw toSourceError(error, { ...entity, prefetch: 0 });
  } finally {
    await closeWithin(CLOSE, client.close());
  }
}

/** Each look goes on where the one before ended. */
async function count(receiver: ServiceBusReceiver): Promise<number> {
  for (let found = 0; ; ) {
    const page = await receiver.peekMessages(PAGE);
    found += page.length;
    if (page.length === 0 || found >= MOST) return found;
  }
}
