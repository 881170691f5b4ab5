import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { post, v1 } from "../../api/client.ts";
import type { ScenarioResult } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import { Code } from "../../parts/empty.tsx";
import { Panel } from "../../parts/panel.tsx";
import { CodeEditor } from "./code-editor.tsx";
import { EXAMPLES } from "./examples.ts";
import { Ledger } from "./ledger.tsx";
import { Play } from "./play.tsx";
import { readYaml } from "./read-yaml.ts";
import { StillPending } from "./still-pending.tsx";
import { Timeline } from "./timeline.tsx";

/** Assets, conditions and a timeline as they are typed, and what would run. */
export function Scenario() {
  const [text, setText] = useState<string>(EXAMPLES[0].text);
  const [scenario, setScenario] = useState<unknown>();
  const read = readYaml(text);
  const played = useMutation({ mutationFn: (value: unknown) => post<ScenarioResult>(v1`/simulate`, value), onMutate: setScenario });
  const { mutate, isPending } = played;
  const play = (typed = read): void => {
    if ("value" in typed) mutate(typed.value);
  };
  return (
    <Play
      input={
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
      }
      played={played}
      none={{
        title: "Nothing is played yet",
        todo: (
          <>
            Write what changes and when, or take an example, and press Play. It is the form that <Code>headgate simulate</Code> takes.
          </>
        ),
      }}
    >
      {(result) => (
        <>
          <Panel title="What runs when" padded={false}>
            <Timeline result={result} scenario={scenario} />
          </Panel>
          <StillPending result={result} />
          <Ledger entries={result.ledger} rejected={result.rejected} />
        </>
      )}
    </Play>
  );
}
