import { Link } from "@tanstack/react-router";
import { DataTable } from "../../parts/data-table.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import type { RegistryState } from "./answer.ts";

/** What is deployed, project by project. The revision of a deploy is its instant. */
export function Projects({ projects }: Pick<RegistryState, "projects">) {
  if (projects.length === 0) return null;
  return (
    <Panel title="Deployed" padded={false}>
      <DataTable<RegistryState["projects"][number]>
        label="Projects"
        rows={projects}
        rowKey={({ project }) => project}
        columns={[
          {
            title: "Project",
            cell: ({ project }) => (
              <Link to="/dags" search={{ project }} className="font-medium hover:text-accent hover:underline">
                {project}
              </Link>
            ),
          },
          { title: "DAGs", align: "right", cell: ({ dags }) => dags.toLocaleString("en-US") },
          { title: "Deployed", cell: ({ revision }) => <Time at={new Date(revision).toISOString()} /> },
          { title: "Catalogue", from: "sm", cell: ({ hash }) => <span className="font-mono text-xs">{hash.slice(0, 12)}</span> },
        ]}
      />
    </Panel>
  );
}
