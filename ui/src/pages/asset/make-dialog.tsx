import { useQuery } from "@tanstack/react-query";
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
import { Skeleton } from "../../parts/skeleton.tsx";

interface MakeDialogProps {
  readonly asset: string;
  readonly partitions: readonly string[];
  readonly onClose: () => void;
}

/** Makes the chosen slices, whether they are missing or stale: alone, or with all that is made from them. It lists the runs before any starts. */
export function MakeDialog({ asset, partitions, onClose }: MakeDialogProps) {
  const [reach, setReach] = useState<"alone" | "downstream">("alone");
  const [parallel, setParallel] = useState("1");
  const [reason, setReason] = useState("");
  const navigate = useNavigate();
  const path = v1`/assets/${asset}/repair`;
  const what = { partitions, downstream: reach === "downstream" };
  const plan = useQuery({ queryKey: [path, what], queryFn: () => post<WorkPlan>(path, { ...what, dryRun: true }), retry: false, refetchInterval: false });
  const { mutate, error, isPending } = useAct<{ readonly id: string }>(({ id }) => {
    onClose();
    void navigate({ to: "/runs", search: { work: id } });
  });
  const problem = error ?? plan.error;
  const many = partitions.length === 1 ? `partition ${partitions[0]}` : `${partitions.length.toLocaleString("en-US")} partitions`;
  return (
    <Modal
      title={`Make ${many}`}
      about="Runs what makes them, each once, whatever is pending. It goes on while nobody looks, and can be cancelled as a whole."
      onClose={onClose}
      onSubmit={() =>
        mutate({
          path,
          body: { ...what, parallel: Math.max(1, Math.floor(Number(parallel)) || 1), ...(reason.trim() === "" ? {} : { reason: reason.trim() }) },
        })
      }
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look="main" disabled={isPending || plan.data === undefined}>
            {isPending ? "Asking" : "Make"}
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <Choice
          legend="What runs"
          value={reach}
          onValue={setReach}
          options={[
            { value: "alone", text: "What makes them", about: "what was made from them before becomes stale" },
            { value: "downstream", text: "And all that is made from them", about: "each once, in order" },
          ]}
        />
        {plan.data === undefined ? plan.isPending ? <Skeleton rows={2} /> : null : <PlannedRuns plan={plan.data} />}
        <TextField label="At a time" hint="So many runs of it may be under way." value={parallel} onValue={setParallel} />
        <TextField label="Why" hint="It stands with the operations." value={reason} onValue={setReason} />
      </div>
      {problem === null ? null : <ErrorPanel error={problem} />}
    </Modal>
  );
}
