import { useState } from "react";
import { v1 } from "../../api/client.ts";
import type { Plan } from "../../api/schema.gen.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { Button } from "../../parts/button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";

import { BackfillDialog } from "./backfill-dialog.tsx";
import { TriggerDialog } from "./trigger-dialog.tsx";

interface DagActionsProps {
  readonly dag: string;
  readonly project: string;
  readonly plan: Plan | null;
  readonly isPaused: boolean;
}

/** What can be done with a DAG as it is now. */
export function DagActions({ dag, project, plan, isPaused }: DagActionsProps) {
  const [open, setOpen] = useState<"trigger" | "backfill" | null>(null);
  const close = (): void => setOpen(null);
  return (
    <ForOperators project={project}>
      {isPaused ? (
        <ActButton label="Resume" title={`Resume ${dag}`} about="It starts again, with what has gathered." act={{ path: v1`/dags/${dag}/resume` }} />
      ) : (
        <ActButton
          label="Pause"
          title={`Pause ${dag}`}
          about="It starts no run until it is resumed. Events go on gathering, and runs that are under way go on."
          act={{ path: v1`/dags/${dag}/pause` }}
        />
      )}
      <Button onClick={() => setOpen("backfill")}>Backfill</Button>
      <Button look="main" onClick={() => setOpen("trigger")}>
        Trigger
      </Button>
      {open === "trigger" ? <TriggerDialog dag={dag} schema={plan?.params ?? null} onClose={close} /> : null}
      {open === "backfill" ? <BackfillDialog dag={dag} onClose={close} /> : null}
    </ForOperators>
  );
}
