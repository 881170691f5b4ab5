import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useAct } from "../../api/act.ts";
import { post, v1 } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { Choice } from "../../parts/choice.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { jsonText } from "../../parts/facts.tsx";
import { TextField } from "../../parts/field.tsx";
import { Modal } from "../../parts/modal.tsx";

interface BackfillDialogProps {
  readonly dag: string;
  readonly onClose: () => void;
}

/** What a dry run answers, as far as it is shown. */
interface BackfillPlan {
  readonly partitions?: readonly string[];
  readonly steps?: readonly { readonly partition: string | null }[];
  readonly runs?: { readonly total: number } | readonly { readonly partition: string | null }[];
}

/** Runs a DAG for slices that are chosen, some at a time. It shows which runs there will be before any starts. */
export function BackfillDialog({ dag, onClose }: BackfillDialogProps) {
  const [how, setHow] = useState<"range" | "keys">("range");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [keys, setKeys] = useState("");
  const [parallel, setParallel] = useState("1");
  const [reason, setReason] = useState("");
  const path = v1`/backfills`;
  const chosen =
    how === "range"
      ? { from: from.trim(), to: to.trim() }
      : keys
          .split(/[\s,]+/)
          .map((key) => key.trim())
          .filter((key) => key !== "");
  const isChosen = Array.isArray(chosen) ? chosen.length > 0 : chosen.from !== "" && chosen.to !== "";
  const body = {
    dag,
    partitions: chosen,
    parallel: Math.max(1, Math.floor(Number(parallel)) || 1),
    ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
  };
  const plan = useMutation({ mutationFn: () => post<BackfillPlan>(path, { ...body, dryRun: true }) });
  const { mutate, error, isPending } = useAct(onClose);
  const problem = error ?? plan.error;
  return (
    <Modal
      title={`Backfill ${dag}`}
      about="Runs it for slices of its partitions, whatever is pending. It goes on while nobody looks, and can be cancelled as a whole."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button disabled={!isChosen || plan.isPending} onClick={() => plan.mutate()}>
            {plan.isPending ? "Asking" : "Show what would run"}
          </Button>
          <Button look="main" disabled={!isChosen || isPending} onClick={() => mutate({ path, body })}>
            {isPending ? "Asking" : "Backfill"}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <Choice
          legend="Slices"
          value={how}
          onValue={setHow}
          options={[
            { value: "range", text: "From one to another", about: "both ends included" },
            { value: "keys", text: "These" },
          ]}
        />
        {how === "range" ? (
          <div className="grid grid-cols-2 gap-3">
            <TextField label="From" placeholder="2026-11-01" value={from} onValue={setFrom} />
            <TextField label="To" placeholder="2026-11-23" value={to} onValue={setTo} />
          </div>
        ) : (
          <TextField label="Keys" hint="With commas or line breaks between them." lines={3} value={keys} onValue={setKeys} />
        )}
        <TextField label="At a time" hint="So many runs of it may be under way." value={parallel} onValue={setParallel} />
        <TextField label="Why" hint="It stands with the operations." value={reason} onValue={setReason} />
        {plan.data === undefined ? null : <PlanText plan={plan.data} />}
      </div>
      {problem === null ? null : <ErrorPanel error={problem} />}
    </Modal>
  );
}

function PlanText({ plan }: { readonly plan: BackfillPlan }) {
  const slices = plan.partitions ?? plan.steps?.map(({ partition }) => partition ?? "the whole") ?? [];
  return (
    <div className="rounded bg-raised px-3 py-2 text-sm" role="status">
      {slices.length === 0 ? (
        <pre className="overflow-x-auto font-mono text-xs whitespace-pre-wrap">{jsonText(plan)}</pre>
      ) : (
        <>
          <p className="font-medium">{slices.length === 1 ? "One run" : `${slices.length.toLocaleString("en-US")} runs`}</p>
          <p className="max-h-28 overflow-y-auto font-mono text-xs">{slices.join(", ")}</p>
        </>
      )}
    </div>
  );
}
