import { type Connection, useConnection } from "../api/changes.ts";

const SAID: Readonly<Record<Connection, { readonly text: string; readonly title: string; readonly mark: string }>> = {
  opening: { text: "Connecting", title: "The stream of changes is being opened", mark: "bg-idle" },
  live: { text: "Live", title: "Changes are shown as they happen", mark: "bg-good" },
  away: { text: "Paused", title: "The tab was hidden; it goes on by itself", mark: "bg-idle" },
  lost: { text: "Not live", title: "The stream of changes broke off and is being opened again; meanwhile this page is read again every 30 s", mark: "bg-warn" },
};

/** Whether what is seen is live. */
export function ConnectionMark() {
  const { text, title, mark } = SAID[useConnection()];
  return (
    <span role="status" title={title} className="inline-flex items-center gap-1.5 px-2 text-xs text-soft">
      <span className={`size-1.5 rounded-full ${mark}`} aria-hidden="true" />
      {text}
    </span>
  );
}
