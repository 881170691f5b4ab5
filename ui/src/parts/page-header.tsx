import { useEffect } from "react";

interface PageHeaderProps {
  /** Of the page and of its tab. */
  readonly title: string;
  /** In place of the title where it is drawn otherwise, such as a URI. */
  readonly shown?: React.ReactNode;
  /** What kind of thing this is, above the title: `Asset`, `Run of orders-clean`. */
  readonly kind?: React.ReactNode;
  /** Its state, beside the title. */
  readonly state?: React.ReactNode;
  /** One sentence about it. */
  readonly about?: React.ReactNode;
  /** What can be done with it, at the right. */
  readonly actions?: React.ReactNode;
}

/** The head of a page; there is one on each, and it names the tab. */
export function PageHeader({ title, shown = title, kind, state, about, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Headgate`;
  }, [title]);
  return (
    <header className="mb-4 flex flex-wrap items-start gap-x-6 gap-y-2">
      <div className="min-w-0 flex-1 basis-72">
        {kind === undefined ? null : <p className="text-xs text-soft">{kind}</p>}
        <h1 className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-lg font-semibold tracking-tight">
          <span className="min-w-0 break-words">{shown}</span>
          {state === undefined ? null : <span className="text-sm font-medium tracking-normal">{state}</span>}
        </h1>
        {about === undefined ? null : <p className="mt-0.5 max-w-3xl text-sm text-soft">{about}</p>}
      </div>
      {actions === undefined ? null : <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
