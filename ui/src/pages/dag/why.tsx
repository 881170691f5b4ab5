import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import type { DagExplanation } from "../../api/schema.gen.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Panel } from "../../parts/panel.tsx";
import { StatusMark } from "../../parts/status.tsx";
import { TextWithTimes } from "../../parts/text-with-times.tsx";
import { Time } from "../../parts/time.tsx";
import { TONE_TEXT, toneOf } from "../../parts/tone.ts";

import { ConditionTree } from "./condition-tree.tsx";
import { LastSeenList } from "./last-seen.tsx";
import { Pending } from "./pending.tsx";
import { type Reason, whyOf } from "./why-words.ts";

/** Why a DAG did or did not run: in words, as a tree, and what it did with the newest event of each asset. */
export function Why({ dag }: { readonly dag: string }) {
  const explanation = useQuery(read<DagExplanation>(["dags", "events", "runs"], v1`/dags/${dag}/explain`));
  return (
    <Panel title="Why it does or does not run" padded={false}>
      <Loaded query={explanation} rows={4}>
        {(found) => <Explained explanation={found} />}
      </Loaded>
    </Panel>
  );
}

function Explained({ explanation }: { readonly explanation: DagExplanation }) {
  const { dag, groups, moreGroups, next, lastSeen, text } = explanation;
  const [key, setKey] = useState<string>();
  const { head, more } = whyOf(explanation);
  const group = groups.find((one) => one.key === key) ?? groups[0];
  return (
    <>
      <div className="space-y-1.5 px-4 py-3">
        <Sentence dag={dag} reason={head} isHead />
        {more.map((reason) => (
          <Sentence key={reason.text} dag={dag} reason={reason} />
        ))}
        {next === null ? null : (
          <p className="pl-5.5 text-sm text-soft">
            Time alone changes something next <Time at={next} />.
          </p>
        )}
      </div>
      {group === undefined ? null : (
        <div className="grid border-t border-line lg:grid-cols-2">
          <div className="min-w-0 px-4 py-3">
            <h3 className="mb-1 text-xs font-medium text-soft">Its condition now</h3>
            {groups.length < 2 ? null : <Keys keys={groups.map((one) => one.key)} more={moreGroups} chosen={group.key} onChoose={setKey} />}
            <ConditionTree tree={group.tree} />
          </div>
          <div className="min-w-0 border-t border-line px-4 py-3 lg:border-t-0 lg:border-l">
            <h3 className="mb-1 text-xs font-medium text-soft">The newest event of each asset</h3>
            <LastSeenList seen={lastSeen} />
          </div>
        </div>
      )}
      <Pending dag={dag} groups={groups} moreGroups={moreGroups} />
      <details className="border-t border-line px-4 py-2 text-sm">
        <summary className="text-soft hover:text-ink">All of it, as the registry says it</summary>
        <pre className="overflow-x-auto py-2 font-mono text-xs whitespace-pre-wrap">{text}</pre>
      </details>
    </>
  );
}

interface SentenceProps {
  readonly dag: string;
  readonly reason: Reason;
  readonly isHead?: boolean;
}

function Sentence({ dag, reason: { status, text, todo, runs }, isHead = false }: SentenceProps) {
  return (
    <div className={`flex items-start gap-2.5 ${isHead ? "text-base" : "text-sm"}`}>
      <span className={isHead ? "mt-1.5" : "mt-1"}>
        <StatusMark status={status} />
      </span>
      <p className="min-w-0 break-words">
        <span className={isHead ? `font-semibold ${TONE_TEXT[toneOf(status)]}` : ""}>
          <TextWithTimes text={text} />
        </span>{" "}
        {todo === undefined ? null : <span className="text-soft">{todo} </span>}
        {runs === undefined ? null : (
          <Link to="/runs" search={{ dag, status: runs }} className="text-sm text-accent hover:underline">
            Show
          </Link>
        )}
      </p>
    </div>
  );
}

interface KeysProps {
  readonly keys: readonly string[];
  readonly more: number;
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

/** What gathers apart, one key at a time. */
function Keys({ keys, more, chosen, onChoose }: KeysProps) {
  return (
    <label className="mb-2 flex flex-wrap items-center gap-2 text-sm">
      <span className="text-soft">for</span>
      <select
        className="h-7 max-w-full rounded border border-line-strong bg-panel px-1.5 font-mono text-xs"
        value={chosen}
        onChange={(event) => onChoose(event.target.value)}
      >
        {keys.map((key) => (
          <option key={key} value={key}>
            {key === "" ? "all" : key}
          </option>
        ))}
      </select>
      {more === 0 ? null : <span className="text-xs text-soft">and {more.toLocaleString("en-US")} more keys</span>}
    </label>
  );
}
