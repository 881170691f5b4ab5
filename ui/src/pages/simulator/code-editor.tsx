import { useId, useRef } from "react";

interface CodeEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Ctrl-Enter. */
  readonly onRun: () => void;
  readonly error?: string | undefined;
  readonly lines?: number;
}

/** A field for a text of lines, with their numbers. Tab leaves it, as in any field; indenting is by spaces. */
export function CodeEditor({ label, value, onValue, onRun, error, lines = 24 }: CodeEditorProps) {
  const numbers = useRef<HTMLPreElement>(null);
  const id = useId();
  const count = value.split("\n").length;
  return (
    <div>
      <div className={`flex overflow-hidden rounded border bg-ground font-mono text-xs leading-5 ${error === undefined ? "border-line-strong" : "border-bad"}`}>
        <pre
          ref={numbers}
          aria-hidden="true"
          className="shrink-0 overflow-hidden border-r border-line px-2 py-2 text-right text-soft select-none"
          style={{ height: `${lines * 1.25 + 1}rem` }}
        >
          {Array.from({ length: count }, (_, index) => index + 1).join("\n")}
        </pre>
        <textarea
          aria-label={label}
          aria-describedby={id}
          aria-invalid={error !== undefined}
          spellCheck={false}
          wrap="off"
          className="min-w-0 flex-1 resize-none bg-transparent px-3 py-2 outline-none focus-visible:bg-panel"
          style={{ height: `${lines * 1.25 + 1}rem` }}
          value={value}
          onChange={(event) => onValue(event.target.value)}
          onScroll={({ currentTarget }) => numbers.current?.scrollTo({ top: currentTarget.scrollTop })}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            onRun();
          }}
        />
      </div>
      <p id={id} className={`mt-1 text-xs ${error === undefined ? "text-soft" : "text-bad"}`}>
        {error ?? "YAML or JSON. Ctrl-Enter plays it."}
      </p>
    </div>
  );
}
