interface PanelProps {
  readonly title?: React.ReactNode;
  /** Beside the title: a count, a legend. */
  readonly aside?: React.ReactNode;
  /** False for a table, which goes from edge to edge. @default true */
  readonly padded?: boolean;
  readonly className?: string;
  readonly children: React.ReactNode;
}

/** A part of a page under a heading of its own. */
export function Panel({ title, aside, padded = true, className = "", children }: PanelProps) {
  return (
    <section className={`min-w-0 overflow-hidden rounded-lg border border-line bg-panel ${className}`}>
      {title === undefined ? null : (
        <div className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside === undefined ? null : <div className="ml-auto flex flex-wrap items-center gap-3 text-xs text-soft">{aside}</div>}
        </div>
      )}
      <div className={padded ? "p-4" : ""}>{children}</div>
    </section>
  );
}
