import { describe, expect, it } from "vitest";
import { createClientPool } from "../../activities/client-pool.ts";
import type { Connector } from "../../core/tasks/connection.ts";

interface Opened {
  readonly connector: Connector<{ uri: string }>;
  readonly opened: string[];
  readonly closed: string[];
}

function connector(name: string, fail: () => boolean = () => false): Opened {
  const opened: string[] = [];
  const closed: string[] = [];
  return {
    opened,
    closed,
    connector: {
      kind: "test",
      name,
      async open(uri) {
        opened.push(uri);
        if (fail()) throw new Error("refused");
        return { uri };
      },
      close: ({ uri }) => void closed.push(uri),
    },
  };
}

describe("the clients of a worker", () => {
  it("are opened once for each name and closed together", async () => {
    const a = connector("a");
    const b = connector("b");
    const pool = createClientPool((name) => `uri of ${name}`);
    const [first, again] = await Promise.all([pool.client(a.connector), pool.client({ ...a.connector })]);
    await pool.client(b.connector);
    expect(first).toBe(again);
    await pool.close();
    expect([a.opened, a.closed, b.closed]).toEqual([["uri of a"], ["uri of a"], ["uri of b"]]);
  });

  it("that could not be opened are tried again, and not closed", async () => {
    let down = true;
    const a = connector("a", () => down);
    const pool = createClientPool(() => "uri");
    await expect(pool.client(a.connector)).rejects.toThrow("refused");
    down = false;
    await expect(pool.client(a.connector)).resolves.toEqual({ uri: "uri" });
    await pool.close();
    expect(a.closed).toEqual(["uri"]);
  });

  it("of an unknown name say so to the task that asks", async () => {
    const pool = createClientPool((name) => {
      throw new Error(`no ${name}`);
    });
    await expect(pool.client(connector("a").connector)).rejects.toThrow("no a");
  });
});
