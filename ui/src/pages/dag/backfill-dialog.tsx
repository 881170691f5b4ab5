import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAct } from "../../api/act.ts";
import { post, v1 } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { Choice } from "../../parts/choice.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { TextField } from "../../parts/field.tsx";
import { Modal } from "../../parts/modal.tsx";
import { PlannedRuns, type WorkPlan } from "../../parts/planned-runs.tsx";

interface BackfillDialogProps {
  readonly dag: string;
  readonly onClose: () => void;
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
  const plan = useMutation({ mutationFn: () => post<WorkPlan>(path, { ...body, dryRun: true }) });
  const navigate = useNavigate();
  const { mutate, error, isPending } = useAct<{ readonly id: string }>(({ id }) => {
    onClose();
    void navigate({ to: "/runs", search: { work: id } });
  });
  const problem = error ?? plan.error;
  return (
    <Modal
      title={`Backfill ${dag}`}
      about="Runs it for slices of its partitions, whatever is pending. It goes on while nobody looks, and can be cancelled as a whole."
      onClose={onClose}
      onSubmit={() => mutate({ path, body })}
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button disabled={!isChosen || plan.isPending} onClick={() => plan.mutate()}>
            {plan.isPending ? "Asking" : "Show what would run"}
          </Button>
          <Button type="submit" look="main" disabled={!isChosen || isPending}>
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
        {plan.data === undefined ? null : <PlannedRuns plan={plan.data} />}
      </div>
      {problem === null ? null : <ErrorPanel error={problem} />}
    </Modal>
  );
}
