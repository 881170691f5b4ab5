interface MeterProps {
  readonly name: string;
  readonly value: number;
  readonly most: number;
  readonly text: string;
  readonly about: string;
}

/** How full something is: grey is well, amber is more than three quarters, red is full. */
export function Meter({ name, value, most, text, about }: MeterProps) {
  const share = Math.min(1, value / most);
  const look = share >= 1 ? "bg-bad" : share > 0.75 ? "bg-warn" : "bg-line-strong";
  return (
    <div className="text-sm">
      <div className="flex items-baseline justify-between gap-3">
        <span className="text-soft">{name}</span>
        <span className="font-medium tabular-nums">{text}</span>
      </div>
      <div aria-hidden="true" className="my-1 h-1.5 rounded-full bg-raised">
        <div className={`h-full rounded-full ${look}`} style={{ width: `${share * 100}%` }} />
      </div>
      <p className="text-xs text-soft">{about}</p>
    </div>
  );
}
