import { useId, useState } from "react";
import { Icon } from "../../parts/icon.tsx";
import type { GraphNode } from "./graph.ts";

const SHOWN = 60;

/** Finds a node of the graph by a part of its name. */
export function NodeSearch({ nodes, onChoose }: { readonly nodes: readonly GraphNode[]; readonly onChoose: (key: string) => void }) {
  const [text, setText] = useState("");
  const list = useId();
  const found = text === "" ? [] : nodes.filter(({ id }) => id.toLowerCase().includes(text.toLowerCase()));

  function take(next: string): void {
    setText(next);
    const exact = nodes.find(({ id }) => id === next);
    if (exact !== undefined) onChoose(exact.key);
  }

  return (
    <form
      className="relative w-full sm:w-64"
      onSubmit={(event) => {
        event.preventDefault();
        if (found[0] !== undefined) onChoose(found[0].key);
      }}
    >
      <Icon name="search" className="pointer-events-none absolute top-2.5 left-2.5 size-3.5 text-soft" />
      <input
        type="search"
        aria-label="Find in the graph"
        placeholder="Find in the graph"
        list={list}
        value={text}
        onChange={(event) => take(event.target.value)}
        className="h-8 w-full rounded border border-line-strong bg-panel pr-2 pl-8 text-sm"
      />
      <datalist id={list}>
        {found.slice(0, SHOWN).map(({ key, id }) => (
          <option key={key} value={id} />
        ))}
      </datalist>
    </form>
  );
}
