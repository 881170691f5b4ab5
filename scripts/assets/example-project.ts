import { type Config, loadConfig } from "../../runtime/config.ts";

export interface ExampleProject {
  readonly config: Config;
  /** The URI behind a named connection. Of `warehouse` it is the database that `headgate dev` gives to tasks, unless one is set. */
  readonly connection: (name: string) => string;
}

/** The settings of the project in a folder, as `headgate` itself reads them. */
export async function exampleProject(folder: string, env?: Readonly<Record<string, string | undefined>>): Promise<ExampleProject> {
  const config = await loadConfig({ cwd: folder, ...(env === undefined ? {} : { env }) });
  return { config, connection: (name) => uriOf(config, name) };
}

function uriOf({ connections, settings }: Config, name: string): string {
  if (name !== "warehouse" || connections.names.includes(name) || settings.databaseUrl === undefined) return connections.uri(name);
  const own = new URL(settings.databaseUrl);
  own.pathname = "/warehouse";
  return own.href;
}
