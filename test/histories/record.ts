import type { RecordedHistory } from "./history-file.ts";
import { toJson } from "./history-json.ts";
import { scrub } from "./scrub.ts";
import type { Stage } from "./stage.ts";

/** A workflow to record, under the name of its file; with all the runs that it continued as. */
export interface Case {
  readonly name: string;
  readonly workflowId: string;
  /** @default the newest run alone */
  readonly firstRunId?: string;
}

/** Fetches the histories of the cases, clean of the machine. */
export async function record({ client, replacements }: Stage, cases: readonly Case[]): Promise<readonly RecordedHistory[]> {
  const recorded: RecordedHistory[] = [];
  for (const { name, workflowId, firstRunId } of cases) {
    let runId = firstRunId;
    for (let life = 1; ; life += 1) {
      const fetched = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const history = scrub(toJson(fetched), replacements);
      recorded.push({ name: firstRunId === undefined ? name : `${name}-${life}`, workflowId, history });
      runId = fetched.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
      if (runId === undefined) break;
    }
  }
  return recorded;
}
