import { ApiError } from "../api/problem.ts";
import { Button } from "./button.tsx";

interface ErrorPanelProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** An error as the API told it: what, where, the code and what to do about it. */
export function ErrorPanel({ error, onRetry }: ErrorPanelProps) {
  const known = error instanceof ApiError ? error : undefined;
  return (
    <div role="alert" className="m-4 rounded border border-bad/40 bg-bad-soft px-4 py-3 text-sm">
      <p className="font-medium text-bad">{error instanceof Error ? error.message : String(error)}</p>
      {known?.where === undefined ? null : <p className="mt-1 font-mono text-xs text-ink">{known.where}</p>}
      {known?.hint === undefined ? null : <p className="mt-1 text-ink">{known.hint}</p>}
      <div className="mt-2 flex items-center gap-3">
        {known === undefined ? null : <span className="font-mono text-xs text-soft">{known.code}</span>}
        {onRetry === undefined ? null : (
          <Button onClick={onRetry} className="ml-auto">
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
