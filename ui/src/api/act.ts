import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { post } from "./client.ts";

/** A request that changes something. */
export interface Act {
  readonly path: string;
  readonly body?: object;
}

/** How long after an action its effect is looked for once more where the stream of changes is not open, in milliseconds. */
const SETTLE = 1_500;

/** Sends actions. What is shown is read again when one is done, and once more a little later: the store follows the registry. */
export function useAct<Answer>(onDone?: (answer: Answer) => void): UseMutationResult<Answer, Error, Act> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body = {} }: Act) => post<Answer>(path, body),
    onSuccess: (answer) => {
      void client.invalidateQueries();
      window.setTimeout(() => void client.invalidateQueries(), SETTLE);
      onDone?.(answer);
    },
  });
}
