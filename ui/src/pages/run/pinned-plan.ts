import { useQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { DagDetails, HashedPlan, Plan, RunDetails } from "../../api/schema.gen.ts";

/**
 * The plan that a run is pinned to, whatever was deployed since; the deployed one only where the run names none or the store has lost it.
 * Undefined until it is known, and where neither is there.
 */
export function usePinnedPlan({ dag, plan }: Pick<RunDetails, "dag" | "plan">): Plan | undefined {
  const pinned = useQuery({
    ...read<HashedPlan>([], v1`/plans/${plan ?? ""}`),
    enabled: plan !== null,
    // What a hash names never changes.
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  const deployed = useQuery({ ...read<DagDetails>(["dags"], v1`/dags/${dag}`), enabled: plan === null || pinned.isError });
  return pinned.data?.plan ?? deployed.data?.plan ?? undefined;
}
