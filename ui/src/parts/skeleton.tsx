const WIDTHS = ["w-2/3", "w-1/2", "w-3/5", "w-2/5", "w-1/2", "w-3/4"];

/** Where rows will be: shown after 300 ms only, since most answers are faster than a flicker. */
export function Skeleton({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div className="animate-late space-y-3 p-4" role="status">
      <span className="sr-only">Loading</span>
      {WIDTHS.slice(0, rows).map((width, row) => (
        <div key={row} className={`h-3.5 rounded-sm bg-raised ${width}`} />
      ))}
    </div>
  );
}
