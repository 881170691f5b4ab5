import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useAct } from "../../api/act.ts";
import { post, v1 } from "../../api/client.ts";
import type { RunDetails } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import { Choice } from "../../parts/choice.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { CONTROL, Field, TextField } from "../../parts/field.tsx";
import { Modal } from "../../parts/modal.tsx";

type What = "all" | "failed" | "from";

interface RerunDialogProps {
  readonly details: RunDetails;
  readonly tasks: readonly string[];
  readonly onClose: () => void;
}

interface Repeated {
  readonly run?: string;
  readonly again?: readonly string[];
  readonly kept?: readonly string[];
}

/** Repeats a run: all of it, what failed, or from a task on. It says beforehand which tasks will run again. */
export function RerunDialog({ details: { run, status }, tasks, onClose }: RerunDialogProps) {
  const [what, setWhat] = useState<What>(status === "failed" ? "failed" : "all");
  const [from, setFrom] = useState(tasks[0] ?? "");
  const [reason, setReason] = useState("");
  const navigate = useNavigate();
  const path = v1`/runs/${run}/rerun`;
  const body = what === "all" ? {} : what === "failed" ? { failed: true } : { from: [from] };
  const plan = useQuery({ queryKey: [path, body], queryFn: () => post<Repeated>(path, { ...body, dryRun: true }), retry: false, refetchInterval: false });
  const { mutate, error, isPending } = useAct<Repeated>((done) => {
    onClose();
    if (done.run !== undefined) void navigate({ to: "/runs/$run", params: { run: done.run } });
  });
  const problem = error ?? plan.error;
  return (
    <Modal
      title="Rerun"
      about="A new run with the events, parameters and partition that this one had. It publishes anew."
      onClose={onClose}
      onSubmit={() => mutate({ path, body: { ...body, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) } })}
      foot={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look="main" disabled={isPending}>
            {isPending ? "Asking" : "Rerun"}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Choice<What>
          legend="What runs again"
          value={what}
          onValue={setWhat}
          options={[
            { value: "failed", text: "What did not succeed", about: "and what follows it; results of the rest stay", isOff: status === "succeeded" },
            { value: "from", text: "From a task on", about: "it and what follows it, and what did not succeed", isOff: tasks.length === 0 },
            { value: "all", text: "All of it" },
          ]}
        />
        {what === "from" ? (
          <Field label="Task">
            {(control) => (
              <select {...control} className={`${CONTROL} h-8`} value={from} onChange={(event) => setFrom(event.target.value)}>
                {tasks.map((task) => (
                  <option key={task}>{task}</option>
                ))}
              </select>
            )}
          </Field>
        ) : null}
        {plan.data === undefined ? null : <Preview plan={plan.data} />}
        <TextField label="Why" hint="It stands with the operations." value={reason} onValue={setReason} />
      </div>
      {problem === null ? null : <ErrorPanel error={problem} />}
    </Modal>
  );
}

function Preview({ plan: { again = [], kept = [] } }: { readonly plan: Repeated }) {
  return (
    <div className="rounded bg-raised px-3 py-2 text-sm">
      <p>
        <span className="text-soft">Runs again: </span>
        {again.length === 0 ? "nothing" : again.join(", ")}
      </p>
      {kept.length === 0 ? null : (
        <p>
          <span className="text-soft">Stays as it is: </span>
          {kept.join(", ")}
        </p>
      )}
    </div>
  );
}
