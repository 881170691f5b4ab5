import type { Connector } from "../core/tasks/connection.ts";

/** The clients of one worker: each is opened when a task first asks for it and shared by all tasks from then on. */
export interface ClientPool {
  /** Throws what opening it throws; the next task that asks tries again. */
  client<Client>(connector: Connector<Client>): Promise<Client>;
  /** Closes every client; called once, when the worker has stopped. */
  close(): Promise<void>;
}

interface Opened {
  readonly client: Promise<unknown>;
  close(): Promise<void>;
}

/** `uriOf` gives the URI behind a name and throws `E_CONNECTION`. */
export function createClientPool(uriOf: (name: string) => string): ClientPool {
  const opened = new Map<string, Opened>();

  function client<Client>(connector: Connector<Client>): Promise<Client> {
    const key = `${connector.kind} ${connector.name}`;
    const known = opened.get(key);
    if (known !== undefined) return known.client as Promise<Client>;
    const made = open(connector);
    made.catch(() => opened.delete(key));
    opened.set(key, { client: made, close: async () => await connector.close(await made) });
    return made;
  }

  async function open<Client>(connector: Connector<Client>): Promise<Client> {
    return await connector.open(uriOf(connector.name));
  }

  return {
    client,
    close: async () => {
      const all = [...opened.values()];
      opened.clear();
      await Promise.allSettled(all.map((one) => one.close()));
    },
  };
}
