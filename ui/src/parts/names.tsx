import { Link } from "@tanstack/react-router";
import { Cut } from "./cut.tsx";

const LINK = "text-ink decoration-line-strong underline-offset-2 hover:text-accent hover:underline";

/** The URI of an asset, drawn so that what tells assets apart is read first: its end is ink, where it lies is grey. */
export function AssetText({ asset }: { readonly asset: string }) {
  const end = asset.replace(/\/+$/, "").lastIndexOf("/") + 1;
  return (
    <span className="font-mono text-[0.92em] wrap-anywhere">
      <span className="text-soft">{asset.slice(0, end)}</span>
      <wbr />
      <span className="font-medium">{asset.slice(end)}</span>
    </span>
  );
}

/** `short` leaves out where it lies but for the last folder, for narrow places; the whole is told on hover. */
export function AssetLink({ asset, short = false }: { readonly asset: string; readonly short?: boolean }) {
  return (
    <Link to="/assets/$asset" params={{ asset }} className={LINK} {...(short ? { title: asset } : {})}>
      {short ? <ShortAsset asset={asset} /> : <AssetText asset={asset} />}
    </Link>
  );
}

/** The assets that Headgate updates itself: what their events say. Without it a short name would be that of what they are about. */
const OWN: readonly (readonly [prefix: string, about: string])[] = [
  ["headgate://freshness/", "freshness of"],
  ["headgate://runs/", "end of"],
];

function ShortAsset({ asset }: { readonly asset: string }) {
  const about = OWN.find(([prefix]) => asset.startsWith(prefix));
  return (
    <>
      {about === undefined ? null : <span className="text-soft">{about[1]} </span>}
      <AssetText
        asset={asset
          .slice(about?.[0].length ?? 0)
          .replace(/\/+$/, "")
          .split("/")
          .slice(-2)
          .join("/")}
      />
    </>
  );
}

export function DagLink({ dag }: { readonly dag: string }) {
  return (
    <Link to="/dags/$dag" params={{ dag }} className={`${LINK} font-medium whitespace-nowrap`}>
      {dag}
    </Link>
  );
}

export function RunLink({ run }: { readonly run: string }) {
  return (
    <Link to="/runs/$run" params={{ run }} className={`${LINK} font-mono text-[0.92em]`}>
      <Cut text={run} />
    </Link>
  );
}

export function WatcherLink({ watcher }: { readonly watcher: string }) {
  return (
    <Link to="/watchers/$watcher" params={{ watcher }} className={`${LINK} font-medium whitespace-nowrap`}>
      {watcher}
    </Link>
  );
}

/** Whatever a problem is about. */
export function SubjectLink({ about, subject }: { readonly about: "dag" | "asset" | "watcher"; readonly subject: string }) {
  if (about === "asset") return <AssetLink asset={subject} />;
  return about === "dag" ? <DagLink dag={subject} /> : <WatcherLink watcher={subject} />;
}

/** One event, told apart by source and id. */
export function EventLink({ source, id }: { readonly source: string; readonly id: string }) {
  return (
    <Link to="/events/$source/$id" params={{ source, id }} className={`${LINK} font-mono text-[0.92em]`}>
      <Cut text={id} />
    </Link>
  );
}
