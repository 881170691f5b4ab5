import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Icon } from "./icon.tsx";

/** How long after the last key a text is looked for, in milliseconds. */
const QUIET = 200;

export type FilterField =
  | { readonly name: string; readonly label: string; readonly kind: "text"; readonly wide?: boolean }
  | {
      readonly name: string;
      readonly label: string;
      readonly kind: "choice";
      readonly options: readonly (string | { readonly value: string; readonly text: string })[];
    };

interface FiltersProps {
  readonly fields: readonly FilterField[];
  /** The query of the address, as `useSearch` gives it. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** Filters of a list. They stand in the address, so that what is seen can be shared, and going back undoes them. */
export function Filters({ fields, values }: FiltersProps) {
  const navigate = useNavigate();
  const set = (name: string, value: string): void => {
    void navigate({ to: ".", search: (before: object) => ({ ...before, [name]: value === "" ? undefined : value }), replace: true });
  };
  const used = fields.filter(({ name }) => values[name] !== undefined);
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      {fields.map((field) =>
        field.kind === "text" ? (
          <TextFilter key={field.name} field={field} value={values[field.name] ?? ""} onValue={(value) => set(field.name, value)} />
        ) : (
          <ChoiceFilter key={field.name} field={field} value={values[field.name] ?? ""} onValue={(value) => set(field.name, value)} />
        ),
      )}
      {used.length === 0 ? null : (
        <button
          type="button"
          className="px-1 text-sm text-accent hover:underline"
          onClick={() =>
            void navigate({
              to: ".",
              search: (before: object) => ({ ...before, ...Object.fromEntries(used.map(({ name }) => [name, undefined])) }),
              replace: true,
            })
          }
        >
          Clear
        </button>
      )}
    </search>
  );
}

const FIELD = "h-8 rounded border border-line-strong bg-panel text-sm";

interface FieldProps<Kind> {
  readonly field: Extract<FilterField, { kind: Kind }>;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function TextFilter({ field, value, onValue }: FieldProps<"text">) {
  const [typed, setTyped] = useState(value);
  // The address is the truth: going back or a link changes the text.
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = window.setTimeout(() => onValue(typed.trim()), QUIET);
    return () => window.clearTimeout(timer);
  });
  return (
    <label className={`relative ${field.wide === true ? "w-full sm:w-72" : "w-40"}`}>
      <span className="sr-only">{field.label}</span>
      <Icon name="search" className="pointer-events-none absolute top-2.5 left-2.5 size-3.5 text-soft" />
      <input type="search" className={`${FIELD} w-full pr-2 pl-8`} placeholder={field.label} value={typed} onChange={(event) => setTyped(event.target.value)} />
    </label>
  );
}

function ChoiceFilter({ field, value, onValue }: FieldProps<"choice">) {
  return (
    <label>
      <span className="sr-only">{field.label}</span>
      <select className={`${FIELD} px-2 ${value === "" ? "text-soft" : "text-ink"}`} value={value} onChange={(event) => onValue(event.target.value)}>
        <option value="">{field.label}: any</option>
        {field.options.map((option) => {
          const { value: own, text } = typeof option === "string" ? { value: option, text: option } : option;
          return (
            <option key={own} value={own}>
              {text}
            </option>
          );
        })}
      </select>
    </label>
  );
}
