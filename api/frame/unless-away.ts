import { HeadgateError } from "../../core/errors.ts";

/** How long a reader waits for the registry, in milliseconds. */
export interface Patience {
  /** Beside what the store has already said. */
  readonly beside: number;
  /** Where nothing else can answer. */
  readonly alone: number;
}

export const PATIENCE: Patience = { beside: 1_500, alone: 5_000 };

/**
 * What the registry adds to an answer of the store; null if it is away, or too busy to answer soon. Reading never depends on it: a page
 * that says why something did not run must show what is recorded while nothing runs.
 */
export async function unlessAway<T>(ask: () => Promise<T>, { beside }: Patience = PATIENCE): Promise<T | null> {
  return await within(beside, ask(), () => null).catch(() => null);
}

/** What only the registry knows. Throws `E_REGISTRY_UNREACHABLE` if it does not answer in time: without a worker a query waits for long. */
export async function soon<T>(ask: () => Promise<T>, { alone }: Patience = PATIENCE): Promise<T> {
  return await within(alone, ask(), () => {
    throw new HeadgateError("E_REGISTRY_UNREACHABLE", `the registry did not answer within ${alone / 1_000} s`, {
      hint: "`headgate doctor` says whether a worker carries it",
    });
  });
}

async function within<T, Otherwise>(patience: number, answer: Promise<T>, otherwise: () => Otherwise): Promise<T | Otherwise> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, patience, "late");
  });
  try {
    const first = await Promise.race([answer.then((value) => ({ value })), late]);
    if (first !== "late") return first.value;
    answer.catch(() => undefined);
    return otherwise();
  } finally {
    clearTimeout(timer);
  }
}
