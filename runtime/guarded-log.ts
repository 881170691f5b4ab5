import type { Logger } from "pino";
import { type HideSecrets, hideInFields } from "../core/hide-secrets.ts";

type LogCall = (message: string, fields?: object) => void;

/** The log as tasks, sources and the API are given it: without the secrets of connections. pino takes fields first, they give the message first. */
export function guardedLog(logger: Logger, hide: HideSecrets): { debug: LogCall; info: LogCall; warn: LogCall; error: LogCall } {
  const call =
    (level: "debug" | "info" | "warn" | "error"): LogCall =>
    (message, fields) =>
      logger[level](hideInFields(fields ?? {}, hide), hide(message));
  return { debug: call("debug"), info: call("info"), warn: call("warn"), error: call("error") };
}
