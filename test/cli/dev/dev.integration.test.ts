import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { childEnvironment } from "../../../runtime/config.ts";
import { builtCommand } from "../../support/built-command.ts";
import { createProject } from "../../support/project.ts";
import { createWorld } from "../../support/stack.ts";
import { until } from "../../watchers/session-run.ts";
import { headgate } from "../headgate.ts";
import { untilSaid } from "../until-said.ts";

const ORDERS = `
import { asset, dag } from "headgate";
export const raw = asset("s3://lake/raw/orders", { owner: "data", description: "what arrives" });
export const load = dag("orders-load", { on: raw }, (d) => { d.task("load", { run: () => 1 }); });
`;
const ELSEWHERE = `
import { asset, dag } from "headgate";
export const bills = asset("s3://lake/raw/bills", { owner: "data", description: "what is owed" });
export const pay = dag("bills-pay", { on: bills }, (d) => { d.task("pay", { run: () => process.env.HOME !== undefined }); });
`;
const ADDED = `
import { asset } from "headgate";
import { z } from "zod";
export const rates = asset("s3://lake/rates", { owner: "data", description: "what a currency costs", schema: z.object({ rate: z.number() }) });
`;

it("headgate dev runs on servers that are there already, serves the API of the files as they are, and stops what it started", {
  timeout: 240_000,
}, async () => {
  await using world = await createWorld();
  await using project = await createProject({ "shop/dags/orders.ts": ORDERS, "shop/headgate.config.ts": "export default {};" });
  const flags = ["--temporal", world.temporalAddress, "--namespace", world.namespace, "--database-url", world.databaseUrl, "--environment", world.environment];
  // The variables name another server: what counts here are the flags.
  const env = { TEMPORAL_ADDRESS: undefined, HEADGATE_STATE_DIR: undefined, HEADGATE_DATABASE_URL: undefined, DATABASE_URL: undefined };
  const root = join(project.root, "shop");
  // Started above the project's folder, which the path of --config names.
  const dev = spawn(process.execPath, [builtCommand, "dev", "--config", "shop/headgate.config.ts", ...flags, "--api-port", "0"], {
    cwd: project.root,
    env: childEnvironment({ ...env, TEMPORAL_ADDRESS: "127.0.0.1:1" }),
    stdio: ["ignore", "inherit", "pipe"],
  });
  let said = "";
  dev.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  // Without flags or variables: a command of this folder finds the servers, and the environment there.
  const call = (...args: string[]) => headgate(args, { cwd: root, env });
  try {
    await until(`it says that it runs:\n${said}`, () => said.includes("Ctrl-C stops everything") || dev.exitCode !== null, 120_000);
    const api = /^Headgate +(http:\S+)/m.exec(said)?.[1];
    expect(said).toContain(`Temporal   ${world.temporalAddress}`);
    const post = (event: object): Promise<Response> =>
      fetch(`${api}/v1/events`, { method: "POST", body: JSON.stringify(event), headers: { "content-type": "application/json" } });

    expect((await post({ asset: "s3://lake/raw/orders" })).status).toBe(202);
    await untilSaid(call, ["runs", "list", "--json"], (ended) => /"orders-load[\s\S]*"succeeded"/.test(ended.stdout), 60_000);

    const wrong = { asset: "s3://lake/rates", data: { rate: "high" } };
    expect((await post(wrong)).status).toBe(202);
    await project.write("shop/dags/rates.ts", ADDED);
    await until("the save is deployed", () => said.includes("deployed dags/rates.ts"), 60_000);
    expect((await post(wrong)).status).toBe(400);

    await project.write("shop/more/bills.ts", ELSEWHERE);
    await project.write("shop/headgate.config.ts", "export default { dags: 3 };");
    await until("a wrong config file is told", () => said.includes("headgate.config.ts is wrong"), 60_000);
    await project.write("shop/headgate.config.ts", `export default { project: "else", dags: ["dags/*.ts", "more/*.ts"] };`);
    await until("the config file is taken anew", () => said.includes("deployed headgate.config.ts"), 60_000);
    expect(said).toContain("stop and start headgate dev to change project");
    expect((await post({ asset: "s3://lake/raw/bills" })).status).toBe(202);
    await untilSaid(call, ["runs", "list", "--json"], (ended) => /"bills-pay[\s\S]*"succeeded"/.test(ended.stdout), 60_000);

    dev.kill("SIGTERM");
    await once(dev, "exit");
    expect(dev.exitCode).toBe(0);
    await expect(post({ asset: "s3://lake/raw/orders" })).rejects.toThrow();
    expect(existsSync(join(root, ".headgate", "postgres"))).toBe(false);
    expect(existsSync(join(root, ".headgate", "temporal"))).toBe(false);
  } finally {
    if (dev.exitCode === null && dev.signalCode === null) dev.kill("SIGKILL");
  }
});
