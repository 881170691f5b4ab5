import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act.ts";
import { post, v1 } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { TextField } from "../../parts/field.tsx";
import { Modal } from "../../parts/modal.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";

/** Which runs, as the API names its choice. */
export interface Choice {
  readonly dags?: string;
  readonly status?: string;
  readonly partition?: string;
  readonly since?: string;
}

interface BulkDialogProps {
  readonly what: "cancel" | "rerun";
  readonly choice: Choice;
  readonly onClose: () => void;
}

interface Answer {
  readonly items: readonly { readonly run?: string; readonly of?: string; readonly error?: string }[];
}

const WORDS = {
  cancel: { title: "Cancel the runs that these filters find", label: "Cancel", about: "Their tasks are told to stop. Of what is shown, only what runs." },
  rerun: {
    title: "Rerun what failed of these runs",
    label: "Rerun",
    about: "Each gets a new run with the same events, of the tasks that did not succeed and what follows. Runs that were repeated already are left out.",
  },
} as const;

/** One action on all runs that the filters find. It lists them first: what is listed is what is done. */
export function BulkDialog({ what, choice, onClose }: BulkDialogProps) {
  const [reason, setReason] = useState("");
  const path = what === "cancel" ? v1`/runs/cancel` : v1`/runs/rerun`;
  const body = what === "cancel" ? choice : { ...choice, failed: true };
  const plan = useQuery({
    queryKey: [path, body],
    queryFn: () => post<Answer>(path, { ...body, dryRun: true }),
    retry: false,
    refetchInterval: false,
    staleTime: 0,
  });
  const { mutate, data, error, isPending } = useAct<Answer>();
  const found = plan.data?.items ?? [];
  const refused = data?.items.filter((one) => one.error !== undefined) ?? [];
  const problem = error ?? plan.error;
  const { title, label, about } = WORDS[what];
  return (
    <Modal
      title={title}
      about={about}
      onClose={onClose}
      {...(data === undefined ? { onSubmit: () => mutate({ path, body: { ...body, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) } }) } : {})}
      foot={
        data !== undefined ? (
          <Button look="main" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave them</Button>
            <Button type="submit" look={what === "cancel" ? "danger" : "main"} disabled={isPending || found.length === 0}>
              {isPending ? "Asking" : `${label} ${found.length === 0 ? "none" : found.length.toLocaleString("en-US")}`}
            </Button>
          </>
        )
      }
    >
      {plan.isPending ? <Skeleton rows={3} /> : null}
      {data !== undefined ? (
        <p className="text-sm">
          {(data.items.length - refused.length).toLocaleString("en-US")} asked.{refused.length === 0 ? "" : ` ${refused.length} were refused:`}
        </p>
      ) : plan.data === undefined ? null : (
        <p className="text-sm">{found.length === 0 ? "No run is chosen by these filters." : `${found.length.toLocaleString("en-US")} runs:`}</p>
      )}
      <ul className="my-2 max-h-48 overflow-y-auto font-mono text-xs leading-5">
        {(data === undefined ? found : refused).map((one) => (
          <li key={one.of ?? one.run} className="break-all">
            {one.of ?? one.run}
            {one.error === undefined ? null : <span className="text-bad"> {one.error}</span>}
          </li>
        ))}
      </ul>
      {data === undefined && found.length > 0 ? <TextField label="Why" hint="It stands with the operations." value={reason} onValue={setReason} /> : null}
      {problem === null ? null : <ErrorPanel error={problem} />}
    </Modal>
  );
}
