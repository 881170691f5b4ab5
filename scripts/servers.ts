// `npm run servers -- s3 sqs`: starts real servers on loopback until Ctrl-C. Their data stays in .headgate/servers/<name>.
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import { RECIPES } from "./servers/recipes.ts";
import type { RunningServer } from "./servers/server.ts";

const KNOWN = RECIPES.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join("\n");

async function serve(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !RECIPES.some((recipe) => recipe.name === name));
  if (names.length === 0 || unknown.length > 0) {
    const why = unknown.length > 0 ? `there is no server "${unknown.join('", "')}"\n` : "";
    process.stderr.write(`${why}usage: npm run servers -- <name> ...\n${KNOWN}\n`);
    return 2;
  }
  const told = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  const running: RunningServer[] = [];
  try {
    for (const recipe of RECIPES.filter(({ name }) => names.includes(name))) {
      const server = await recipe.start({
        stateDir: join(process.cwd(), ".headgate", "servers", recipe.name),
        onProgress: (line) => process.stderr.write(`${line}\n`),
      });
      running.push(server);
      process.stderr.write(`${recipe.title} listens on ${server.url}\n`);
      for (const [key, value] of Object.entries(server.env)) process.stdout.write(`export ${key}='${value}'\n`);
    }
    process.stderr.write("Ctrl-C stops what was started\n");
    await told;
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return 1;
  } finally {
    await Promise.all(running.map((server) => server.stop()));
  }
}

process.exitCode = await serve(process.argv.slice(2));
