import { useInfiniteQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { readPages } from "../../api/read.ts";
import type { DefinitionVersion } from "../../api/schema.gen.ts";
import { jsonText } from "../../parts/facts.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Time } from "../../parts/time.tsx";
import { changedFields } from "./changed-fields.ts";

/** What each deploy that changed the asset's definition changed in it. */
export function DefinitionHistory({ asset }: { readonly asset: string }) {
  const found = useInfiniteQuery(readPages<DefinitionVersion>(["assets"], v1`/assets/${asset}/metadata`));
  const versions = found.data ?? [];
  if (versions.length === 0) return null;
  return (
    <Panel title="Definition" aside={`version ${versions[0]?.version}`}>
      <ol className="grid gap-3 text-sm">
        {versions.map((one, index) => {
          const before = versions[index + 1];
          const changes = before === undefined ? [] : changedFields(before.definition, one.definition);
          return (
            <li key={one.hash} className="grid gap-0.5">
              <p className="flex justify-between gap-3">
                <span className="font-medium">Version {one.version}</span>
                <span className="text-xs text-soft">
                  <Time at={one.firstAt} />
                </span>
              </p>
              {before === undefined && one.version === 1 ? <p className="text-xs text-soft">First deployed by {one.project}</p> : null}
              {changes.map(({ name, from, to }) => (
                <p key={name} className="text-xs break-words">
                  <span className="text-soft">{name}</span> <del className="text-bad">{from === undefined ? "" : jsonText(from)}</del>{" "}
                  <ins className="text-good no-underline">{to === undefined ? "removed" : jsonText(to)}</ins>
                </p>
              ))}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
