interface EmptyProps {
  /** What is not there: `No asset has this owner`. */
  readonly title: string;
  /** What to do next, as a sentence, a link or a command. */
  readonly children?: React.ReactNode;
}

/** In place of a list without anything in it: what is not there, and what to do next. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div className="px-6 py-10 text-center">
      <p className="text-base font-medium">{title}</p>
      {children === undefined ? null : <div className="mx-auto mt-1 max-w-prose text-sm text-soft">{children}</div>}
    </div>
  );
}

/** A command to type, or a name from code. */
export function Code({ children }: { readonly children: React.ReactNode }) {
  return <code className="rounded-sm bg-raised px-1 py-px font-mono text-[0.92em] text-ink">{children}</code>;
}
