import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { post, v1 } from "../../api/client.ts";
import { Button } from "../../parts/button.tsx";
import { Empty } from "../../parts/empty.tsx";
import { ErrorPanel } from "../../parts/error-panel.tsx";
import { Panel } from "../../parts/panel.tsx";
import type { ScenarioResult } from "./answer.ts";
import { CodeEditor } from "./code-editor.tsx";
import { EXAMPLES } from "./examples.ts";
import { Ledger } from "./ledger.tsx";
import { readYaml } from "./read-yaml.ts";
import { StillPending } from "./still-pending.tsx";
import { Timeline } from "./timeline.tsx";

/** Assets, conditions and a timeline as they are typed, and what would run. */
export function Scenario() {
  const [text, setText] = useState<string>(EXAMPLES[0].text);
  const [played, setPlayed] = useState<unknown>();
  const read = readYaml(text);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (scenario: unknown) => post<ScenarioResult>(v1`/simulate`, scenario),
    onMutate: setPlayed,
  });
  const play = (scenario = read): void => {
    if ("value" in scenario) mutate(scenario.value);
  };
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(24rem,2fr)_minmax(0,3fr)]">
      <Panel
        title="Scenario"
        aside={
          <select
            aria-label="Begin with an example"
            className="h-7 rounded border border-line-strong bg-panel px-1.5 text-xs"
            value=""
            onChange={(event) => {
              const found = EXAMPLES.find(({ name }) => name === event.target.value);
              if (found === undefined) return;
              setText(found.text);
              play(readYaml(found.text));
            }}
          >
            <option value="">Examples</option>
            {EXAMPLES.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        }
      >
        <CodeEditor label="Scenario" value={text} onValue={setText} onRun={() => play()} error={"error" in read ? read.error : undefined} />
        <div className="mt-2 flex justify-end">
          <Button look="main" disabled={"error" in read || isPending} onClick={() => play()}>
            {isPending ? "Playing" : "Play"}
          </Button>
        </div>
      </Panel>
      <div className="min-w-0 space-y-4">
        {error === null ? null : <ErrorPanel error={error} />}
        {data === undefined ? (
          error === null && (
            <Panel>
              <Empty title="Nothing is played yet">
                Write what changes and when, or take an example, and press Play. It is the form that <code className="font-mono">headgate simulate</code> takes.
              </Empty>
            </Panel>
          )
        ) : (
          <>
            <Panel title="What runs when" padded={false}>
              <Timeline result={data} scenario={played} />
            </Panel>
            <StillPending result={data} />
            <Ledger entries={data.ledger} rejected={data.rejected} />
          </>
        )}
      </div>
    </div>
  );
}
