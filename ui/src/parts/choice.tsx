interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string; readonly about?: string; readonly isOff?: boolean }[];
  readonly onValue: (value: Value) => void;
}

/** One of a few, each with what it means. */
export function Choice<Value extends string>({ legend, value, options, onValue }: ChoiceProps<Value>) {
  return (
    <fieldset className="space-y-1.5">
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className={`flex items-start gap-2.5 text-sm ${option.isOff === true ? "opacity-50" : "cursor-pointer"}`}>
          <input
            type="radio"
            name={legend}
            className="mt-1 accent-accent"
            checked={option.value === value}
            disabled={option.isOff === true}
            onChange={() => onValue(option.value)}
          />
          <span className="min-w-0">
            {option.text}
            {option.about === undefined ? null : <span className="block text-xs text-soft">{option.about}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
