import { describe, expect, it } from "vitest";
import { hideSecretsOf } from "../../core/hide-secrets.ts";
import { guardedLog } from "../../runtime/guarded-log.ts";
import { createLogger } from "../../runtime/logger.ts";

function collect(level?: string): { readonly lines: Record<string, unknown>[]; readonly logger: ReturnType<typeof createLogger> } {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    ...(level === undefined ? {} : { level }),
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  return { lines, logger };
}

describe("the log", () => {
  it("is one JSON line for each entry, with an ISO time and the level by name", () => {
    const { lines, logger } = collect();
    logger.info({ dag: "orders-clean" }, "started");
    expect(lines).toEqual([{ level: "info", time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), dag: "orders-clean", msg: "started" }]);
  });

  it("leaves out what is less severe than its level", () => {
    const { lines, logger } = collect("warn");
    logger.info("not this");
    logger.warn("this");
    expect(lines.map((line) => line.msg)).toEqual(["this"]);
  });

  it("hides the values of secret fields, also one level down", () => {
    const { lines, logger } = collect();
    logger.info({ password: "hunter2", store: { databaseUrl: "postgres://me:hunter2@db" }, dag: "a" }, "connected");
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    expect(lines[0]).toMatchObject({ dag: "a", password: "(secret)" });
  });

  it("hides the secrets of connections from what tasks, sources and the API say", () => {
    const { lines, logger } = collect();
    guardedLog(logger, hideSecretsOf(["https://ana:hunter2@api.example/"])).warn("login as ana:hunter2 refused", { err: new Error("hunter2") });
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    expect(lines[0]).toMatchObject({ level: "warn", msg: "login as ana:*** refused" });
  });
});
