import { basename } from "node:path";
import { type Config, loadConfig } from "../../runtime/config.ts";
import { CONFIG_FILE_NAMES } from "../../runtime/config-file.ts";
import type { Settings } from "../../runtime/settings.ts";

/** What a new worker and the next deploy take from the file; the rest is where `headgate dev` itself runs. */
const TAKEN_ANEW: readonly (keyof Settings)[] = ["dags", "watchersEnabled", "watchersEvery", "registryEnabled"];

export interface RereadConfig {
  readonly config: Config;
  /** Settings that the file changes and that only a new `headgate dev` can take. */
  readonly needRestart: readonly (keyof Settings)[];
}

/** True if a save of the file changes settings; the path is relative to the project. */
export function isConfigFile(path: string): boolean {
  return CONFIG_FILE_NAMES.includes(path) && path === basename(path);
}

/**
 * Reads the config file again while `headgate dev` runs.
 *
 * @throws E_CONFIG if it is wrong; what was read before stays.
 */
export async function rereadConfig(before: Config, flags: Readonly<Record<string, unknown>>): Promise<RereadConfig> {
  const { settings, ...read } = await loadConfig({ flags, cwd: before.root });
  const fixed = { ...before.settings };
  const needRestart: (keyof Settings)[] = [];
  for (const name of Object.keys(settings) as (keyof Settings)[]) {
    if (JSON.stringify(settings[name]) === JSON.stringify(before.settings[name])) continue;
    if (TAKEN_ANEW.includes(name)) Object.assign(fixed, { [name]: settings[name] });
    else needRestart.push(name);
  }
  return { config: { ...read, settings: fixed }, needRestart };
}
