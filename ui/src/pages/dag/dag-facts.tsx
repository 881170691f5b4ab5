import { Link } from "@tanstack/react-router";
import type { Plan } from "../../api/schema.gen.ts";
import { Facts, jsonText } from "../../parts/facts.tsx";
import { AssetLink } from "../../parts/names.tsx";

interface DagFactsProps {
  readonly plan: Plan;
  readonly project: string;
}

/** What a DAG is: whose it is, what it updates, and its policy as far as it is not the usual one. */
export function DagFacts({ plan: { dag, owner, tags, policy, outlets, tasks }, project }: DagFactsProps) {
  const updated = [...new Set([...outlets, ...tasks.flatMap((task) => task.outlets)].map(({ asset }) => asset))];
  const said = Object.entries(policy).map(([name, value]) => `${name} ${typeof value === "object" ? jsonText(value) : String(value)}`);
  return (
    <Facts
      rows={[
        ["Project", project],
        ["Owner", owner],
        ["Tags", tags.join(", ")],
        ["Policy", said.length === 0 ? null : <span className="font-mono text-xs">{said.join(", ")}</span>],
        [
          "Updates",
          updated.length === 0 ? null : (
            <ul>
              {updated.map((asset) => (
                <li key={asset}>
                  <AssetLink asset={asset} />
                </li>
              ))}
            </ul>
          ),
        ],
        [
          "Lineage",
          <Link key="lineage" to="/lineage" search={{ dag }} className="text-accent hover:underline">
            Show it in the graph
          </Link>,
        ],
      ]}
    />
  );
}
