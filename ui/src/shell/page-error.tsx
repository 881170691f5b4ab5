import { ErrorPanel } from "../parts/error-panel.tsx";
import { PageHeader } from "../parts/page-header.tsx";

/** A page that could not be drawn or loaded, such as after an upgrade of the server while the tab was open. */
export function PageError({ error }: { readonly error: unknown }) {
  return (
    <>
      <PageHeader title="This page could not be shown" />
      <ErrorPanel error={error} onRetry={() => window.location.reload()} />
    </>
  );
}
