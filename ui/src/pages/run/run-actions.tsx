import { useState } from "react";
import { v1 } from "../../api/client.ts";
import type { RunDetails } from "../../api/schema.gen.ts";
import { ActButton } from "../../parts/act-button.tsx";
import { Button } from "../../parts/button.tsx";
import { ForOperators } from "../../parts/for-operators.tsx";
import { hasEnded } from "./has-ended.ts";
import { RerunDialog } from "./rerun-dialog.tsx";
import { TemporalLink } from "./temporal-link.tsx";

interface RunActionsProps {
  readonly details: RunDetails;
  /** Tasks of the deployed plan, for a rerun from one of them. */
  readonly tasks: readonly string[];
}

/** What can be done with a run, as it is now. */
export function RunActions({ details, tasks }: RunActionsProps) {
  const [isRepeating, setRepeating] = useState(false);
  const { run, status } = details;
  return (
    <>
      <TemporalLink run={run} temporalRunId={details.temporalRunId} />
      <ForOperators>
        {hasEnded(details) ? null : (
          <ActButton
            look="danger"
            label="Cancel"
            title="Cancel this run"
            about="Its tasks are told to stop, and no further one begins. What they have done stays."
            act={{ path: v1`/runs/${run}/cancel` }}
          />
        )}
        {status !== "failed" ? null : (
          <ActButton
            label="Mark succeeded"
            title="Let this run count as succeeded"
            about="For a run whose work somebody did by hand: it lets go of the events that it holds. It publishes nothing."
            act={{ path: v1`/runs/${run}/mark`, body: { status: "succeeded" } }}
            needsReason
          />
        )}
        {hasEnded(details) ? (
          <Button look="main" onClick={() => setRepeating(true)}>
            Rerun
          </Button>
        ) : null}
      </ForOperators>
      {isRepeating ? <RerunDialog details={details} tasks={tasks} onClose={() => setRepeating(false)} /> : null}
    </>
  );
}
