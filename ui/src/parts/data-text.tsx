import { jsonText } from "./facts.tsx";

/** How many fields are shown in a line. */
const MOST = 4;

/** The data of an event in one line: `rows 12,331 · files 4`. All of it is told on hover. */
export function DataText({ data }: { readonly data: Readonly<Record<string, unknown>> }) {
  const fields = Object.entries(data);
  if (fields.length === 0) return null;
  return (
    <span title={JSON.stringify(data, null, 2)} className="block max-w-96 truncate text-xs">
      {fields.slice(0, MOST).map(([name, value], index) => (
        <span key={name}>
          {index === 0 ? "" : <span className="text-soft"> · </span>}
          <span className="text-soft">{name}</span>{" "}
          <span className="font-mono">{typeof value === "number" ? value.toLocaleString("en-US") : jsonText(value)}</span>
        </span>
      ))}
      {fields.length > MOST ? <span className="text-soft"> · {fields.length - MOST} more</span> : null}
    </span>
  );
}
