import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findTemporalBinary } from "../../runtime/embedded/temporal-binary.ts";

const run = promisify(execFile);

/** `temporal <args>` against the servers of a scene, as a person types it. Returns what it wrote; throws if it failed. */
export async function temporalCli(servers: { readonly temporalAddress: string; readonly namespace: string }, ...args: string[]): Promise<string> {
  const { path } = await findTemporalBinary();
  const running = run(path, [...args, "--address", servers.temporalAddress, "--namespace", servers.namespace], { timeout: 30_000, killSignal: "SIGKILL" });
  // Nobody is there to answer a question.
  running.child.stdin?.end();
  return (await running).stdout;
}
