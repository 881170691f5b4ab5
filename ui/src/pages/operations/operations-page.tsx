import { PageHeader } from "../../parts/page-header.tsx";
import { Audit } from "./audit.tsx";
import { RegistryPanel } from "./registry-panel.tsx";
import { WorkList } from "./work.tsx";
import { Workers } from "./workers.tsx";

/** How Headgate itself does, and what people did. */
export function OperationsPage() {
  return (
    <>
      <PageHeader title="Operations" about="How the registry, the store and the workers do, and who changed what." />
      <div className="space-y-4">
        <RegistryPanel />
        <WorkList />
        <Workers />
        <Audit />
      </div>
    </>
  );
}
