import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { messageOf } from "../../core/errors.ts";
import type { NotifyConfig } from "../../core/notify.ts";
import { parseDuration } from "../../core/time/duration.ts";
import type { Store } from "../../store/index.ts";
import type { Connections } from "../connections.ts";
import { openChannel, type Tell } from "./channels.ts";
import { decideAlerts } from "./decide.ts";
import { compileRoutes } from "./routes.ts";

export interface NotifierOptions {
  readonly store: Pick<Store, "alerts">;
  readonly config: NotifyConfig;
  readonly connections: Pick<Connections, "uri" | "hide">;
  /** Whose rules they are; each project keeps its own account of what it told. */
  readonly project: string;
  readonly logger: Pick<Logger, "warn">;
  /** @default Date.now */
  readonly now?: () => number;
}

export interface Notifier {
  /** Looks at what is wrong, unless somebody just did, and tells what is due. Throws `E_STORE`; a channel that fails is tried again. */
  look(): Promise<void>;
}

const DEFAULT_EVERY = "10s";
const FIRST_RETRY = 10_000;
const LAST_RETRY = 3_600_000;
const GIVES_UP_AFTER = 86_400_000;

/**
 * Tells people of problems: what is wrong is read from the store, what was told is kept there, and a message stays in an outbox until its
 * channel took it. So a run never waits for it, a restart forgets nothing, and several processes may do it at once.
 */
export function createNotifier({ store: { alerts }, config, connections, project, logger, now = Date.now }: NotifierOptions): Notifier {
  const every = parseDuration(config.every ?? DEFAULT_EVERY);
  const routes = compileRoutes(config, project);
  const channels = new Map<string, Tell>(Object.entries(config.channels).map(([name, channel]) => [name, openChannel(name, channel, connections)]));

  async function tell(due: Awaited<ReturnType<typeof alerts.take>>[number]): Promise<void> {
    const channel = channels.get(due.channel);
    // Taken out of the config since.
    if (channel === undefined) return alerts.failed(due, "there is no such channel any more", null, now());
    try {
      await channel(due.message, now());
    } catch (error) {
      const why = connections.hide(messageOf(error));
      const wait = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (due.attempts - 1));
      const next = now() + wait > due.at + GIVES_UP_AFTER ? null : now() + wait;
      logger.warn({ channel: due.channel, alert: due.message.title, attempts: due.attempts }, next === null ? `${why}; it is given up` : why);
      return alerts.failed(due, why, next, now());
    }
    await alerts.sent(due, now());
  }

  return {
    look: async () => {
      const at = now();
      await alerts.look(project, at, every * 0.9, (problems, open) => decideAlerts(problems, open, routes, at));
      await Promise.all((await alerts.take(project, now())).map(tell));
    },
  };
}

/** Looks again and again until it is stopped, which waits for what is being told. */
export function startNotifier(options: NotifierOptions): { stop(): Promise<void> } {
  const notifier = createNotifier(options);
  warnOfConnections(options);
  const every = parseDuration(options.config.every ?? DEFAULT_EVERY);
  const stopping = new AbortController();
  let failing = false;
  const done = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await notifier.look();
        failing = false;
      } catch (error) {
        // The store may be down: what is wrong then is told when it is back.
        if (!failing) options.logger.warn({ err: error }, "nobody can be told of problems for now");
        failing = true;
      }
      await sleep(every, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}

/** What is missing is said when a worker begins, and not first when something goes wrong. */
function warnOfConnections({ config, connections, logger }: NotifierOptions): void {
  for (const [channel, { connection, ...more }] of Object.entries(config.channels)) {
    for (const name of [connection, ...("secret" in more && more.secret !== undefined ? [more.secret] : [])]) {
      try {
        connections.uri(name);
      } catch (error) {
        logger.warn({ channel }, `nobody can be told by the channel ${channel}: ${connections.hide(messageOf(error))}`);
      }
    }
  }
}
