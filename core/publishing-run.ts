/**
 * The run that published an event: named by the event itself where the registry took it with the run's end, else by its id, which
 * begins with it (`<dag>/<epoch>-<sequence>/...`). Null for events from outside.
 */
export function publishingRun({ run, source, id }: { readonly run?: string | null; readonly source: string; readonly id: string }): string | null {
  return run ?? (source.startsWith("run:") ? id.split("/", 2).join("/") : null);
}
