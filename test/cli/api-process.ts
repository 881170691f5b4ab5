import { spawn } from "node:child_process";
import { once } from "node:events";
import { childEnvironment } from "../../runtime/config.ts";
import { builtCommand } from "../support/built-command.ts";
import type { CallOptions } from "./headgate.ts";

export interface ApiProcess extends AsyncDisposable {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
}

/** `headgate api` in a folder, once it listens on a free port. */
export async function startApi(cwd: string, env: NonNullable<CallOptions["env"]>): Promise<ApiProcess> {
  const child = spawn(process.execPath, [builtCommand, "api", "--port", "0"], { cwd, env: childEnvironment(env), stdio: ["ignore", "inherit", "pipe"] });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /listens on (http:[^\s,]+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`the API ended:\n${said}`)));
  });
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
