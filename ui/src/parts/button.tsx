interface ButtonProps extends React.ComponentProps<"button"> {
  /** `main` for the one thing that a page or dialog is for; `danger` for what ends or forgets something. @default "plain" */
  readonly look?: "plain" | "main" | "danger" | "bare";
}

const LOOKS = {
  plain: "border-line-strong bg-panel text-ink hover:bg-raised",
  main: "border-transparent bg-accent text-panel hover:opacity-90",
  danger: "border-line-strong bg-panel text-bad hover:bg-bad-soft",
  bare: "border-transparent text-soft hover:bg-raised hover:text-ink",
} as const;

/** Classes of a button, for links and Base UI triggers that look like one. */
export function buttonLook(look: keyof typeof LOOKS = "plain"): string {
  return `inline-flex h-8 items-center justify-center gap-1.5 rounded border px-2.5 text-sm font-medium whitespace-nowrap disabled:cursor-default disabled:opacity-50 ${LOOKS[look]}`;
}

export function Button({ look = "plain", className = "", type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={`${buttonLook(look)} ${className}`} {...rest} />;
}
