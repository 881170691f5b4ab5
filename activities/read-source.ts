import { SpanKind } from "@opentelemetry/api";
import { ApplicationFailure, Context } from "@temporalio/activity";
import { headgateTracer, isTracing, toTraceparent } from "../client/tracing/traceparent.ts";
import type { WatcherDefinition } from "../core/definition.ts";
import { HeadgateError, messageOf } from "../core/errors.ts";
import { type HideSecrets, hideInError } from "../core/hide-secrets.ts";
import type { SourceLog } from "../core/source.ts";
import { WATCHER_SIGNALS, type WatcherHealth } from "../core/watcher-protocol.ts";
import type { BatchSender } from "../watchers/batch-sender.ts";
import type { Outbox } from "../watchers/outbox.ts";
import { watchSession } from "../watchers/watch-session.ts";
import type { WatcherActivities } from "../workflows/ports.ts";

export interface WatchActivityDeps {
  /** The definitions of this worker, as they are now. */
  readonly definitions: { watcher(id: string): WatcherDefinition | undefined };
  readonly outbox: Outbox;
  readonly send: BatchSender;
  readonly connections: { uri(name: string): string };
  readonly logger: SourceLog;
  /** Milliseconds between two polls of a watcher that does not say. @default 10,000 */
  readonly every?: number;
  /** Takes secrets out of what is shown. @default nothing is hidden */
  readonly hide?: HideSecrets;
  /** Aborts when the worker begins to shut down: sessions end at once, and another worker takes them over. */
  readonly stopping?: AbortSignal;
}

/** Between two heartbeats, in milliseconds: the worker sends some of them, the answer says if the session has to end. The timeout is 15 s. */
const HEARTBEAT_EVERY = 1_000;

/** A batch has a span of its own, without length: what its events start has a link to it. */
function batchTraceparent(watcher: string): string | undefined {
  if (!isTracing()) return undefined;
  const span = headgateTracer().startSpan(`watcher ${watcher}`, { kind: SpanKind.PRODUCER, attributes: { "headgate.watcher": watcher } });
  span.end();
  return toTraceparent(span.spanContext());
}

/** The activities behind the workflow `watcher/<id>`. */
export function createWatchActivity(deps: WatchActivityDeps): WatcherActivities {
  async function runSession(input: Parameters<WatcherActivities["watchSession"]>[0]): ReturnType<WatcherActivities["watchSession"]> {
    const context = Context.current();
    const watcher = deps.definitions.watcher(input.watcher);
    if (watcher === undefined) {
      throw toFailure(
        new HeadgateError("E_WATCHER_UNKNOWN", `this worker has no watcher "${input.watcher}"`, {
          hint: "deploy the project that this worker runs, or run a worker of the project that has the watcher",
        }),
      );
    }
    let health: WatcherHealth | undefined;
    const outdated = new AbortController();
    const beat = setInterval(() => {
      context.heartbeat(health);
      // The worker has other code for it since: the next session reads with that.
      if (deps.definitions.watcher(input.watcher) !== watcher) outdated.abort();
    }, HEARTBEAT_EVERY);
    try {
      const end = await watchSession(
        watcher,
        {
          outbox: deps.outbox,
          sender: deps.send,
          connection: (name) => deps.connections.uri(name),
          log: deps.logger,
          traceparent: () => batchTraceparent(input.watcher),
          ...(deps.hide === undefined ? {} : { hide: deps.hide }),
          ...(deps.every === undefined ? {} : { every: deps.every }),
          // With the prefix of the environment: two environments at one broker do not take messages from one another.
          ...(context.info.workflowExecution === undefined ? {} : { reader: context.info.workflowExecution.workflowId }),
        },
        {
          signal: AbortSignal.any([context.cancellationSignal, outdated.signal, ...(deps.stopping === undefined ? [] : [deps.stopping])]),
          length: input.length,
          onHealth: (news) => {
            health = news;
            tellWorkflow(context, input.session, news, deps.logger);
          },
        },
      );
      return end;
    } catch (error) {
      throw toFailure(deps.hide === undefined ? error : hideInError(error, deps.hide));
    } finally {
      clearInterval(beat);
    }
  }

  return {
    watchSession: runSession,
    resetWatcher: (reset) => deps.outbox.reset(reset),
  };
}

/** The workflow shows it to people. Nothing depends on it: a health that is lost is followed by another. */
function tellWorkflow(context: Context, session: number, health: WatcherHealth, log: SourceLog): void {
  const { workflowId, runId } = context.info.workflowExecution ?? {};
  if (workflowId === undefined) return;
  context.client.workflow
    .getHandle(workflowId, runId)
    .signal(WATCHER_SIGNALS.health, { session, health })
    .catch((error: unknown) => log.warn(`the health of ${workflowId} could not be told: ${messageOf(error)}`));
}

/** The workflow decides what follows by the code; the server must not try again by itself. */
function toFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const message = messageOf(error);
  const hint = HeadgateError.is(error) && error.hint !== undefined ? ` (${error.hint})` : "";
  return ApplicationFailure.create({
    message: message + hint,
    type: HeadgateError.is(error) ? error.code : "E_SOURCE",
    nonRetryable: true,
    ...(error instanceof Error ? { cause: error } : {}),
  });
}
