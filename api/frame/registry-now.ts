import type { RegistryStatus } from "../../client/registry.ts";
import type { ApiDeps } from "../deps.ts";
import { unlessAway } from "./unless-away.ts";

/** How long an answer counts as now, in milliseconds: a page asks for several lists at once. */
const FRESH = 500;

/** What the registry holds now; null while it is away. Those who ask at once share one question. */
export function registryNow(
  { client, patience }: Pick<ApiDeps, "client" | "patience">,
  clock: () => number = () => performance.now(),
): () => Promise<RegistryStatus | null> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<RegistryStatus | null> = Promise.resolve(null);
  return () => {
    if (clock() - asked > FRESH) {
      asked = clock();
      answer = unlessAway(async () => await (await client.registry()).state(), patience);
    }
    return answer;
  };
}
