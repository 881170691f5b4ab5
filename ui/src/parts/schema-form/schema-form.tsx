import { CONTROL, Field, TextField } from "../field.tsx";
import type { SchemaField } from "./fields-of.ts";
import { optionText } from "./read-fields.ts";

interface SchemaFormProps {
  readonly fields: readonly SchemaField[];
  readonly texts: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly onText: (name: string, text: string) => void;
}

/** A form made from a JSON Schema: a control for each field, by its type. */
export function SchemaForm({ fields, texts, errors, onText }: SchemaFormProps) {
  return (
    <div className="space-y-3">
      {fields.map((field) => (
        <SchemaControl
          key={field.name}
          field={field}
          text={texts[field.name] ?? field.initial}
          error={errors[field.name]}
          onText={(text) => onText(field.name, text)}
        />
      ))}
    </div>
  );
}

interface ControlProps {
  readonly field: SchemaField;
  readonly text: string;
  readonly error: string | undefined;
  readonly onText: (text: string) => void;
}

function SchemaControl({ field: { label, about, isNeeded, kind, options }, text, error, onText }: ControlProps) {
  const frame = { label, hint: about, error, isNeeded };
  if (kind === "json") return <TextField {...frame} hint={about ?? "As JSON."} lines={3} value={text} onValue={onText} />;
  if (kind === "choice" || kind === "boolean") {
    const all = kind === "boolean" ? ["true", "false"] : options.map(optionText);
    return (
      <Field {...frame}>
        {(control) => (
          <select {...control} className={`${CONTROL} h-8`} value={text} onChange={(event) => onText(event.target.value)}>
            {isNeeded && text !== "" ? null : <option value="">{isNeeded ? "Choose" : "Not given"}</option>}
            {all.map((option) => (
              <option key={option}>{option}</option>
            ))}
          </select>
        )}
      </Field>
    );
  }
  const type = kind === "date" ? "date" : "text";
  const mode = kind === "text" || kind === "date" ? undefined : "decimal";
  return (
    <Field {...frame}>
      {(control) => (
        <input {...control} type={type} inputMode={mode} className={`${CONTROL} h-8`} value={text} onChange={(event) => onText(event.target.value)} />
      )}
    </Field>
  );
}
