import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problem.ts";
import { setSignedOut } from "./signed-out.ts";

/** How often what is shown is read again although no change was told: for what changes without one, such as ages and lag. */
const SLOW_REFETCH = 30_000;

function noteSignedOut(error: unknown): void {
  if (error instanceof ApiError && error.status === 401 && error.code === "E_SIGN_IN") setSignedOut(true);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteSignedOut }),
  mutationCache: new MutationCache({ onError: noteSignedOut }),
  defaultOptions: {
    queries: {
      // The stream of changes says when to read again.
      staleTime: 5_000,
      refetchInterval: SLOW_REFETCH,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      retryDelay: 700,
    },
  },
});
