import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { claimPort } from "../../runtime/embedded/ports.ts";
import { goBinary } from "./fetch.ts";
import { askHttp, runServer } from "./run-server.ts";
import { type RunningServer, type ServerRecipe, type StartOptions, withDefaults } from "./server.ts";

const VERSION = "v1.7.0";

export interface S3Server extends RunningServer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** S3 on a folder: versitygw. It has versions and conditional writes, and no notifications of a bucket. */
export const s3Server: ServerRecipe<S3Server> = {
  name: "s3",
  title: `S3 (versitygw ${VERSION.slice(1)})`,
  prepare: async (options) => void (await binary(options)),
  start: async (options) => {
    const { stateDir } = options;
    const path = await binary(options);
    const port = await claimPort({ port: options.port ?? 0, flag: "--port", purpose: "the S3 server" });
    const url = `http://127.0.0.1:${port}`;
    const access = { accessKeyId: "test", secretAccessKey: "testsecret", region: "us-east-1" };
    const [data, versions] = [join(stateDir, "data"), join(stateDir, "versions")];
    for (const folder of [data, versions]) await mkdir(folder, { recursive: true });
    const server = await runServer({
      name: "s3",
      stateDir,
      url,
      env: { HEADGATE_CONN_LAKE: `http://${access.accessKeyId}:${access.secretAccessKey}@127.0.0.1:${port}/?region=${access.region}` },
      command: () => ({
        command: path,
        args: ["--port", `127.0.0.1:${port}`, "--health", "/health", "--quiet", "posix", "--versioning-dir", versions, data],
        env: { ROOT_ACCESS_KEY: access.accessKeyId, ROOT_SECRET_KEY: access.secretAccessKey },
      }),
      ask: () => askHttp(`${url}/health`),
    });
    return Object.assign(server, access);
  },
};

function binary(options: Partial<StartOptions>): Promise<string> {
  return goBinary("versitygw", "github.com/versity/versitygw/cmd/versitygw", VERSION, withDefaults(options));
}
