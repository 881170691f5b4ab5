import { useQuery } from "@tanstack/react-query";
import { v1 } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { Panel } from "../../parts/panel.tsx";

interface Values {
  readonly params: Readonly<Record<string, unknown>> | null;
  readonly value?: unknown;
}

interface ValuesProps {
  readonly run: string;
  /** A task whose value is asked for, once it has one. */
  readonly task: string | undefined;
}

/** What a run was given, and what the chosen task came to. Without a worker that can tell them they are left out: nothing depends on them. */
export function RunValues({ run, task }: ValuesProps) {
  const { data } = useQuery({
    ...read<Values>(["tasks"], v1`/runs/${run}/values`, { task }),
    // They never change once they are told; a worker that is busy tells them a little later.
    refetchInterval: ({ state }) => (state.data === undefined ? 5_000 : false),
  });
  if (data === undefined || (data.params === null && data.value === undefined)) return null;
  return (
    <Panel title="Values">
      <dl className="space-y-2 text-sm">
        {data.params === null ? null : <Value name="Parameters" value={data.params} />}
        {data.value === undefined ? null : <Value name={`Result of ${task}`} value={data.value} />}
      </dl>
    </Panel>
  );
}

function Value({ name, value }: { readonly name: string; readonly value: unknown }) {
  return (
    <div>
      <dt className="text-xs text-soft">{name}</dt>
      <dd>
        <pre className="max-h-64 overflow-auto rounded bg-raised px-2 py-1.5 font-mono text-xs break-all whitespace-pre-wrap">
          {JSON.stringify(value, undefined, 2)}
        </pre>
      </dd>
    </div>
  );
}
