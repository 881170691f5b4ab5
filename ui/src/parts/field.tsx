import { useId } from "react";

interface FieldProps {
  readonly label: string;
  /** What it means, under the field. */
  readonly hint?: React.ReactNode;
  /** What is wrong with what was typed. */
  readonly error?: string | undefined;
  readonly isNeeded?: boolean;
  /** Draws the control, which takes the id and what describes it. */
  readonly children: (control: { readonly id: string; readonly "aria-describedby": string; readonly "aria-invalid": boolean }) => React.ReactNode;
}

export const CONTROL = "w-full rounded border border-line-strong bg-panel px-2.5 text-sm aria-invalid:border-bad";

/** A control with its label, its meaning, and what is wrong with it. */
export function Field({ label, hint, error, isNeeded = false, children }: FieldProps) {
  const id = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {isNeeded ? <span className="ml-1.5 text-xs font-normal text-soft">needed</span> : null}
      </label>
      {children({ id, "aria-describedby": `${id}-about`, "aria-invalid": error !== undefined })}
      <p id={`${id}-about`} className={`text-xs ${error === undefined ? "text-soft" : "text-bad"}`}>
        {error ?? hint}
      </p>
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, "children"> {
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly placeholder?: string;
  /** So many lines in place of one. */
  readonly lines?: number;
}

export function TextField({ value, onValue, placeholder, lines, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(control) =>
        lines === undefined ? (
          <input {...control} className={`${CONTROL} h-8`} placeholder={placeholder} value={value} onChange={(event) => onValue(event.target.value)} />
        ) : (
          <textarea
            {...control}
            rows={lines}
            spellCheck={false}
            className={`${CONTROL} py-1.5 font-mono text-xs`}
            placeholder={placeholder}
            value={value}
            onChange={(event) => onValue(event.target.value)}
          />
        )
      }
    </Field>
  );
}
