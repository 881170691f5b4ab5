import type { ConditionNode } from "../condition.ts";
import { normalizeUri } from "../uri/uri.ts";
import { allNodes } from "./condition-leaves.ts";
import { compilePattern } from "./pattern.ts";

/** Which events a condition looks at, those of `absent` and `unless` too. Filters do not count: a filtered event has a fate as well. */
export interface ListenedEvents {
  /** All of their assets; null if it has groups or patterns, whose members nobody lists. */
  readonly assets: readonly string[] | null;
  /** True for each event of them, and of a condition with groups for any event: an event may bring its groups along. */
  mayHave(event: { readonly asset: string }): boolean;
}

export function listenedEvents(on: ConditionNode): ListenedEvents {
  const named = new Set<string>();
  const patterns: ((uri: string) => boolean)[] = [];
  let groups = 0;
  for (const node of allNodes(on)) {
    if ("asset" in node) named.add(normalizeUri(node.asset));
    else if ("group" in node) groups += 1;
    else if ("pattern" in node) patterns.push(compilePattern(node.pattern));
  }
  return {
    assets: groups + patterns.length === 0 ? [...named] : null,
    mayHave: ({ asset }) => groups > 0 || named.has(asset) || patterns.some((matches) => matches(asset)),
  };
}
