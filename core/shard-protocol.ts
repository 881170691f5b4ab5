import { isRecord } from "./json.ts";

/** Signal of the router of a registry in shards to another shard: a list of its batches. */
export const SHARD_BATCH = "shardBatch";

/** Signal of a shard to the router: a list of ends of runs that the shard found out about. */
export const SHARD_ENDS = "shardEnds";

/** Update of a shard, from the router: `{ project, revision }`; answers when the shard has taken that deploy, with what it came to there. */
export const SHARD_DEPLOYED = "shardDeployed";

/** Workflow id of a shard. The router has the registry's own. */
export function shardName(registry: string, shard: number): string {
  return shard === 0 ? registry : `${registry}-${shard}`;
}

/** Under which name the store has the facts of a shard: they are facts of one registry. */
export function registryName(workflowId: string, shard = 0): string {
  return shard === 0 ? workflowId : workflowId.slice(0, -`-${shard}`.length);
}

/** How the router of a registry in shards answers a question: with what it knows itself, and who has to be asked beside it. */
export interface ShardedAnswer {
  readonly shards: number;
  /** The workflow that knows; null if each shard knows a part. */
  readonly ask: string | null;
  /** What the router knows itself. */
  readonly own: unknown;
}

export function isShardedAnswer(answer: unknown): answer is ShardedAnswer {
  return isRecord(answer) && typeof answer.shards === "number" && "ask" in answer && "own" in answer;
}
