import { readdirSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { startOnce } from "../../support/start-once.ts";
import { liveProcesses } from "./live-processes.ts";

describe("npm start -- --once", () => {
  it("takes sample files from landing to gold, checks the table, and leaves nothing running", { timeout: 180_000 }, async () => {
    using once = startOnce();
    const { stateDir } = once;
    const code = await once.ended;
    const said = once.said();
    expect(said).toContain("in 8 · consumed 8 · lost 0 · doubled 0");
    expect(said).toMatch(/\+\d+ ms bronze took \d+ events? of raw \d{4}-\d\d-\d\d, run /);
    expect(said).toMatch(/gold is right: 8 files in, \d+ customers/);
    expect(code, said).toBe(0);
    expect(liveProcesses(stateDir)).toEqual([]);
    expect(readdirSync(stateDir)).toContain("temporal");
  });

  it("stops all that it started when a supervisor ends npm", { timeout: 120_000 }, async () => {
    using once = startOnce();
    const { stateDir, child } = once;
    await vi.waitUntil(() => /worker \d+ runs/.test(once.said()), { timeout: 60_000 });
    expect(liveProcesses(stateDir)).not.toEqual([]);
    child.kill("SIGTERM");
    await vi.waitFor(() => expect(liveProcesses(stateDir)).toEqual([]), { timeout: 40_000, interval: 200 });
  });
});
