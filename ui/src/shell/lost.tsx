import { Link } from "@tanstack/react-router";
import { Empty } from "../parts/empty.tsx";
import { PageHeader } from "../parts/page-header.tsx";

/** An address that no page has. */
export function Lost() {
  return (
    <>
      <PageHeader title="No such page" />
      <Empty title="No page has this address">
        Press <kbd className="font-mono">/</kbd> to search, or go to the{" "}
        <Link to="/" className="text-accent underline">
          overview
        </Link>
        .
      </Empty>
    </>
  );
}
