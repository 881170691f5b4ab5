import type { RegistryStatus } from "../../client/registry.ts";
import type { ApiClients } from "../deps.ts";
import { unlessAway } from "./unless-away.ts";

/** What the registry says of a DAG now. */
export type ConsumerNow = RegistryStatus["consumers"][number];

/** How long an answer counts as now, in milliseconds: a page asks for several lists at once. */
const FRESH = 500;

/** What the registry holds of every DAG now; null while it is away. Those who ask at once share one question. */
export function consumersNow(client: ApiClients, clock: () => number = () => performance.now()): () => Promise<ReadonlyMap<string, ConsumerNow> | null> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<ReadonlyMap<string, ConsumerNow> | null> = Promise.resolve(null);
  return () => {
    if (clock() - asked > FRESH) {
      asked = clock();
      answer = unlessAway(async () => new Map((await (await client.registry()).state()).consumers.map((one) => [one.dag, one])));
    }
    return answer;
  };
}
