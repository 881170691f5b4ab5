import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { post, v1 } from "../../api/client.ts";
import { type Page, read } from "../../api/read.ts";
import type { Plan, ReplayReport } from "../../api/schema.gen.ts";
import { Button } from "../../parts/button.tsx";
import { CONTROL, Field } from "../../parts/field.tsx";
import { Panel } from "../../parts/panel.tsx";
import { CodeEditor } from "./code-editor.tsx";
import { Differences } from "./differences.tsx";
import { Play } from "./play.tsx";
import { readYaml } from "./read-yaml.ts";

const DAY = 86_400_000;
const SPANS = [
  { days: 1, text: "the last day" },
  { days: 7, text: "the last 7 days" },
  { days: 30, text: "the last 30 days" },
] as const;

/** The events that came, played through the condition of a DAG as it is or as it is changed here. */
export function Replay({ dag }: { readonly dag: string | undefined }) {
  const navigate = useNavigate();
  const dags = useQuery(read<Page<{ readonly dag: string }>>(["dags"], v1`/dags`, { limit: 200 })).data?.items ?? [];
  const plan = useQuery({ ...read<{ readonly plan: Plan | null }>(["dags"], v1`/dags/${dag ?? ""}`), enabled: dag !== undefined }).data?.plan;
  const deployed = plan == null ? "" : JSON.stringify({ on: plan.on, ...plan.policy }, undefined, 2);
  const [text, setText] = useState("");
  const [days, setDays] = useState<number>(30);
  // Another DAG, another condition.
  useEffect(() => setText(deployed), [deployed]);
  const changed = readYaml(text);
  const played = useMutation({ mutationFn: (body: object) => post<ReplayReport>(v1`/replay`, body) });
  const { mutate, isPending } = played;

  function play(): void {
    if (dag === undefined || "error" in changed) return;
    const since = new Date(Math.floor((Date.now() - days * DAY) / 60_000) * 60_000).toISOString();
    mutate({ dag, since, ...(text.trim() === deployed ? {} : (changed.value as object)) });
  }

  return (
    <Play
      input={
        <Panel title="Condition">
          <div className="mb-3 grid grid-cols-2 gap-3">
            <Field label="DAG">
              {(control) => (
                <select
                  {...control}
                  className={`${CONTROL} h-8`}
                  value={dag ?? ""}
                  onChange={(event) => void navigate({ to: "/simulator", search: { tab: "replay", dag: event.target.value || undefined }, replace: true })}
                >
                  <option value="">Choose a DAG</option>
                  {dags.map((one) => (
                    <option key={one.dag}>{one.dag}</option>
                  ))}
                </select>
              )}
            </Field>
            <Field label="Over">
              {(control) => (
                <select {...control} className={`${CONTROL} h-8`} value={days} onChange={(event) => setDays(Number(event.target.value))}>
                  {SPANS.map((span) => (
                    <option key={span.days} value={span.days}>
                      {span.text}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <CodeEditor
            label="Condition and policy"
            lines={16}
            value={text}
            onValue={setText}
            onRun={play}
            error={"error" in changed ? changed.error : undefined}
          />
          <div className="mt-2 flex items-center justify-end gap-2">
            {text.trim() === deployed ? null : (
              <Button look="bare" onClick={() => setText(deployed)}>
                As deployed
              </Button>
            )}
            <Button look="main" disabled={dag === undefined || "error" in changed || isPending} onClick={play}>
              {isPending ? "Playing" : "Replay"}
            </Button>
          </div>
        </Panel>
      }
      played={played}
      none={{ title: "Nothing is replayed yet", todo: "Choose a DAG, change its condition, and see which runs would not have been as they were." }}
    >
      {(report) => <Differences report={report} />}
    </Play>
  );
}
