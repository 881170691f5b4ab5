import { useQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { buttonLook } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";

interface TemporalLinkProps {
  /** Its workflow id. */
  readonly run: string;
  readonly temporalRunId: string | null;
}

/** To the run's history in the Temporal Web UI, where its address is known. */
export function TemporalLink({ run, temporalRunId }: TemporalLinkProps) {
  const { data } = useQuery({
    ...read<{ readonly temporal: { readonly ui: string | null; readonly namespace: string } }>([], v1`/links`),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data?.temporal.ui == null) return null;
  const { ui, namespace } = data.temporal;
  const place = temporalRunId === null ? "" : `/${encodeURIComponent(temporalRunId)}/history`;
  return (
    <a
      href={`${ui}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(run)}${place}`}
      target="_blank"
      rel="noreferrer"
      className={buttonLook("bare")}
    >
      Temporal
      <Icon name="outside" className="size-3.5" />
    </a>
  );
}
