import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { childEnvironment } from "../../../runtime/config.ts";
import { liveProcesses } from "./live-processes.ts";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true, force: true })));

describe("npm start -- --once", () => {
  it("takes sample files from landing to gold, checks the table, and leaves nothing running", { timeout: 180_000 }, async () => {
    const { stateDir, child, text } = startOnce();
    const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
    const said = text();
    expect(said).toContain("in 8 · consumed 8 · lost 0 · doubled 0");
    expect(said).toMatch(/\+\d+ ms bronze took \d+ events? of raw \d{4}-\d\d-\d\d, run /);
    expect(said).toMatch(/gold is right: 8 files in, \d+ customers/);
    expect(code, said).toBe(0);
    expect(liveProcesses(stateDir)).toEqual([]);
    expect(readdirSync(stateDir)).toContain("temporal");
  });

  it("stops all that it started when a supervisor ends npm", { timeout: 120_000 }, async () => {
    const { stateDir, child, text } = startOnce();
    await vi.waitUntil(() => /worker \d+ runs/.test(text()), { timeout: 60_000 });
    expect(liveProcesses(stateDir)).not.toEqual([]);
    child.kill("SIGTERM");
    await vi.waitFor(() => expect(liveProcesses(stateDir)).toEqual([]), { timeout: 40_000, interval: 200 });
  });
});

function startOnce() {
  const stateDir = mkdtempSync(join(tmpdir(), "headgate-once-"));
  folders.push(stateDir);
  const child = spawn("npm", ["start", "--silent", "--", "--once"], {
    env: childEnvironment({ HEADGATE_STATE_DIR: stateDir }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  return { stateDir, child, text: () => said };
}
