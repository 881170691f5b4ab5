import type { WatcherStatus } from "../core/watcher-protocol.ts";

/** The watcher in a few lines of Markdown, for the Web UI. */
export function watcherDetails(status: WatcherStatus): string {
  const lines = [`**${status.status}** · ${status.published} published, ${status.ignored} ignored, ${status.poisoned} to the dead letters`];
  if (status.paused !== undefined)
    lines.push(`paused by ${status.paused.by} at ${instant(status.paused.at)}${status.paused.why === undefined ? "" : `: ${status.paused.why}`}`);
  if (status.error !== undefined) lines.push(`${status.code ?? "error"}: ${status.error}`);
  if (status.backoffUntil !== undefined) lines.push(`tries again at ${instant(status.backoffUntil)}`);
  if (status.publishedAt !== undefined)
    lines.push(`last event at ${instant(status.publishedAt)}${status.lag === undefined ? "" : `, ${status.lag} ms after its own time`}`);
  const reset = status.resets.at(-1);
  if (reset !== undefined)
    lines.push(
      `position reset to ${typeof reset.to === "string" ? reset.to : JSON.stringify(reset.to)} (${reset.deliver}) by ${reset.by} at ${instant(reset.at)}`,
    );
  return lines.join("\n\n");
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
