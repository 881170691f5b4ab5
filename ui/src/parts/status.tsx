import { TONE_TEXT, type Tone, toneOf } from "./tone.ts";

/** A form for each tone, so that a state is also told without its colour. */
const FORMS: Readonly<Record<Tone, React.ReactNode>> = {
  run: (
    <>
      <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.3" />
      <circle cx="6" cy="6" r="2.2" fill="currentColor" />
    </>
  ),
  good: (
    <>
      <circle cx="6" cy="6" r="5.25" fill="currentColor" />
      <path d="M3.6 6.2 5.3 7.9 8.5 4.4" fill="none" stroke="var(--color-panel)" strokeWidth="1.4" />
    </>
  ),
  bad: (
    <>
      <rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor" />
      <path d="M4 4l4 4M8 4 4 8" fill="none" stroke="var(--color-panel)" strokeWidth="1.4" />
    </>
  ),
  warn: (
    <>
      <path d="M6 .9 11.4 10.7H.6z" fill="currentColor" />
      <path d="M6 4.4v3M6 8.3v1.2" fill="none" stroke="var(--color-panel)" strokeWidth="1.3" />
    </>
  ),
  wait: <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 1.7" />,
  idle: <path d="M2 6h8" fill="none" stroke="currentColor" strokeWidth="1.8" />,
};

/** The mark of a state alone. Give it a `word` where none stands beside it. */
export function StatusMark({ status, word, className = "size-3" }: { readonly status: string; readonly word?: string; readonly className?: string }) {
  const tone = toneOf(status);
  return (
    <>
      <svg viewBox="0 0 12 12" aria-hidden="true" className={`${className} shrink-0 ${TONE_TEXT[tone]} ${status === "running" ? "animate-pulse-dot" : ""}`}>
        {FORMS[tone]}
      </svg>
      {word === undefined ? null : <span className="sr-only">{word}</span>}
    </>
  );
}

/** A status, fate or state: its mark and its word. `text` in place of the word. */
export function Status({ status, text = status }: { readonly status: string; readonly text?: string }) {
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${TONE_TEXT[toneOf(status)]}`}>
      <StatusMark status={status} />
      {text}
    </span>
  );
}
