import { Link, useSearch } from "@tanstack/react-router";
import { PageHeader } from "../../parts/page-header.tsx";
import { Replay } from "./replay.tsx";
import { Scenario } from "./scenario.tsx";

const TABS = [
  { tab: undefined, text: "Scenario" },
  { tab: "replay", text: "Replay what was" },
] as const;

/** What a condition would do: with events that are made up, or with those that came. */
export function SimulatorPage() {
  const { tab, dag } = useSearch({ from: "/simulator" });
  return (
    <>
      <PageHeader title="Simulator" about="The code that decides, played over a timeline. Nothing is started, nothing is written." />
      <nav aria-label="Ways to simulate" className="mb-4 flex gap-1 border-b border-line text-sm">
        {TABS.map((one) => (
          <Link
            key={one.text}
            to="/simulator"
            search={{ tab: one.tab }}
            activeOptions={{ includeSearch: true, explicitUndefined: true }}
            className="-mb-px border-b-2 border-transparent px-3 py-1.5 text-soft hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            {one.text}
          </Link>
        ))}
      </nav>
      {tab === "replay" ? <Replay dag={dag} /> : <Scenario />}
    </>
  );
}
