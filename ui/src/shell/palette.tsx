import { Dialog } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useId, useState } from "react";
import { Icon } from "../parts/icon.tsx";
import { type Found, useFound } from "./palette-search.ts";

/** Search over everything that has an address: arrows choose, Enter goes there. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const { found, isSearching } = useFound(useDeferredValue(text.trim()));
  const navigate = useNavigate();
  const list = useId();
  const chosen = found[Math.min(at, found.length - 1)];

  function go(target: Found): void {
    onClose();
    void navigate(target.to);
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, at + step)));
    } else if (event.key === "Enter" && chosen !== undefined) go(chosen);
  }

  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/40" />
        <Dialog.Popup className="fixed top-[12vh] left-1/2 z-40 w-[min(40rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-panel shadow-pop outline-none">
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <label className="flex items-center gap-3 border-b border-line px-4">
            <Icon name="search" className="size-4 text-soft" />
            <span className="sr-only">Search assets, DAGs and runs</span>
            <input
              role="combobox"
              aria-expanded="true"
              aria-controls={list}
              aria-activedescendant={chosen === undefined ? undefined : `${list}-${found.indexOf(chosen)}`}
              className="h-12 w-full bg-transparent text-base outline-none"
              placeholder="Search assets, DAGs and runs"
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
            />
          </label>
          <div id={list} role="listbox" aria-label="Found" className="max-h-[55vh] overflow-y-auto p-1.5">
            {found.map((target, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field, as a combobox has them
              <div
                key={`${target.kind} ${target.text}`}
                id={`${list}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={target === chosen}
                className="flex cursor-pointer items-center gap-3 rounded px-2.5 py-1.5 text-sm aria-selected:bg-accent-soft"
                onMouseMove={() => setAt(index)}
                onClick={() => go(target)}
              >
                <Icon name={target.icon} className="size-3.5 text-soft" />
                <span className="min-w-0 truncate">{target.text}</span>
                <span className="ml-auto shrink-0 text-xs text-soft">{target.kind}</span>
              </div>
            ))}
          </div>
          {found.length > 0 ? null : (
            <p className="px-4 py-6 text-center text-sm text-soft">{isSearching ? "Searching" : `Nothing has "${text}" in its name`}</p>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
