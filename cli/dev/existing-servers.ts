import { HeadgateError } from "../../core/errors.ts";
import type { Config } from "../../runtime/config.ts";
import type { ExistingServers } from "../../runtime/embedded/stack.ts";
import type { SettingName } from "../../runtime/settings.ts";
import { hostAndPort, isLoopback } from "../reach.ts";

/**
 * The servers that `headgate dev` uses instead of embedded ones: those of `--temporal` and `--database-url`. Flags alone count, as the
 * variables are for commands that need servers in any case, and may well name production. Throws `E_ENVIRONMENT` for a Temporal server
 * beyond loopback without an environment: others may use it, and their registry must not get this machine's worker.
 */
export function existingServers({ settings, rows }: Pick<Config, "settings" | "rows">): ExistingServers {
  const isGiven = (name: SettingName): boolean => rows.some((row) => row.name === name && row.origin === "flag");
  const { temporalAddress, databaseUrl, environment } = settings;
  const given = isGiven("temporalAddress");
  if (given && environment === "" && !isLoopback(hostAndPort(temporalAddress, 7233)?.host ?? temporalAddress)) {
    throw new HeadgateError("E_ENVIRONMENT", `${temporalAddress} is not this machine, and without an environment its registry and workers may be others'`, {
      where: "--temporal",
      hint: "add --environment <name>: it prefixes the registry, the queues and the watchers, and gives the store a schema of its own",
    });
  }
  return {
    ...(given ? { temporalAddress } : {}),
    ...(isGiven("databaseUrl") && databaseUrl !== undefined ? { databaseUrl } : {}),
  };
}
