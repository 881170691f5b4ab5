import { useLayoutEffect, useRef, useState } from "react";
import type { Slice } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import type { PartitionLines } from "./partition-lines.ts";

/** Lines that are shown at first: a year and more of months. */
const FIRST = 14;

/** A form and a colour for each state, so that neither has to be told alone. */
const CELLS: Readonly<Record<Slice["status"], string>> = {
  present: "bg-good/75 border-transparent",
  stale: "border-warn bg-[linear-gradient(135deg,var(--color-warn)_50%,transparent_50%)]",
  failed: "bg-bad border-transparent",
  running: "border-run border-2 animate-pulse-dot",
  missing: "border-bad border-dashed",
  open: "border-line-strong",
};
const STATES = ["present", "running", "stale", "failed", "missing", "open"] as const;

interface PartitionGridProps {
  readonly lines: PartitionLines;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (keys: ReadonlySet<string>) => void;
}

/** The slices of an asset, a cell each. Arrows move, Enter or a click chooses, with Shift a range. */
export function PartitionGrid({ lines: { places, lines }, chosen, onChoose }: PartitionGridProps) {
  const [shown, setShown] = useState(FIRST);
  const anchor = useRef<string>(undefined);
  const grid = useRef<HTMLElement>(null);
  const order = lines.flatMap(({ cells }) => cells.flatMap((cell) => cell?.partition ?? []));
  const entry = chosen.values().next().value ?? order[0];

  // On a narrow window the newest are seen first.
  useLayoutEffect(() => {
    if (grid.current !== null) grid.current.scrollLeft = grid.current.scrollWidth;
  }, []);

  function choose(key: string, isRange: boolean, isAdded: boolean): void {
    const range = isRange && anchor.current !== undefined ? between(order, anchor.current, key) : [key];
    if (!isRange) anchor.current = key;
    const before = isAdded || isRange ? [...chosen] : [];
    const isTakenBack = !isRange && chosen.has(key) && (isAdded || chosen.size === 1);
    onChoose(new Set(isTakenBack ? before.filter((one) => one !== key) : [...before, ...range]));
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const own = (event.target as HTMLElement).dataset;
    if (step === undefined || own.line === undefined) return;
    event.preventDefault();
    const [line, place] = [Number(own.line) + (step[0] ?? 0), Number(own.place) + (step[1] ?? 0)];
    grid.current?.querySelector<HTMLElement>(`[data-line="${line}"][data-place="${place}"]`)?.focus();
  }

  return (
    <>
      <section ref={grid} aria-label="Partitions" className="overflow-x-auto pb-1" onKeyDown={onKeyDown}>
        <div className="inline-grid gap-y-[3px] text-2xs text-soft">
          {places.length === 0 ? null : (
            <div className="flex gap-[3px]" aria-hidden="true">
              <span className="w-20 shrink-0" />
              {places.map((place, index) => (
                <span key={place} className={`${CELL} text-center tabular-nums ${index % 2 === 1 && places.length > 20 ? "invisible" : ""}`}>
                  {place}
                </span>
              ))}
            </div>
          )}
          {lines.slice(0, shown).map(({ name, cells }, line) => (
            <div key={`${name} ${line}`} className="flex items-center gap-[3px]">
              {name === "" ? null : <span className="w-20 shrink-0 truncate font-mono tabular-nums">{name}</span>}
              {cells.map((cell, place) =>
                cell?.partition == null ? (
                  <span key={place} className={CELL} />
                ) : (
                  <button
                    key={cell.partition}
                    type="button"
                    data-line={line}
                    data-place={place}
                    tabIndex={cell.partition === entry ? 0 : -1}
                    aria-pressed={chosen.has(cell.partition)}
                    aria-label={`${cell.partition}: ${cell.status}`}
                    title={`${cell.partition}: ${cell.status}${cell.why === null ? "" : `\n${cell.why}`}`}
                    className={`${CELL} rounded-[3px] border ${CELLS[cell.status]} ${chosen.has(cell.partition) ? "outline-2 outline-offset-1 outline-accent" : ""}`}
                    onClick={(event) => choose(cell.partition ?? "", event.shiftKey, event.ctrlKey || event.metaKey)}
                  />
                ),
              )}
            </div>
          ))}
        </div>
      </section>
      {lines.length <= shown ? null : (
        <Button look="bare" className="mt-2" onClick={() => setShown(shown + 3 * FIRST)}>
          Show older
        </Button>
      )}
    </>
  );
}

const CELL = "size-4 shrink-0";

function between(order: readonly string[], a: string, b: string): readonly string[] {
  const [from, to] = [order.indexOf(a), order.indexOf(b)].sort((one, other) => one - other);
  return order.slice(from, (to ?? 0) + 1);
}

/** How many slices are in each state, with the form that stands for it. */
export function PartitionLegend({ slices }: { readonly slices: readonly Slice[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {STATES.map((state) => {
        const found = slices.filter(({ status }) => status === state).length;
        return found === 0 ? null : (
          <li key={state} className="inline-flex items-center gap-1.5">
            <span className={`size-3 rounded-[3px] border ${CELLS[state]}`} aria-hidden="true" />
            {found.toLocaleString("en-US")} {state}
          </li>
        );
      })}
    </ul>
  );
}
