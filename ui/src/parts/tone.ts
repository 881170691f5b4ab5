/** What a state means for the one who looks: the same colour on every page. */
export type Tone = "run" | "good" | "bad" | "warn" | "wait" | "idle";

const TONES: Readonly<Record<string, Tone>> = {
  running: "run",
  succeeded: "good",
  consumed: "good",
  active: "good",
  fresh: "good",
  sent: "good",
  present: "good",
  queued: "wait",
  waiting: "wait",
  pending: "wait",
  returned: "wait",
  failed: "bad",
  lost: "bad",
  stopped: "bad",
  faulted: "bad",
  dropped: "bad",
  expired: "bad",
  rejected: "bad",
  quarantined: "bad",
  looping: "bad",
  stale: "warn",
  missing: "warn",
  "dead letters": "warn",
  "in quarantine": "warn",
  cancelled: "warn",
  paused: "warn",
  "backing-off": "warn",
};

/** The tone of a status, a fate or a state; `idle` for what asks for no look. */
export function toneOf(state: string): Tone {
  return TONES[state] ?? "idle";
}

/** Classes of a text in a tone, and of a filled mark. */
export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  run: "text-run",
  good: "text-good",
  bad: "text-bad",
  warn: "text-warn",
  wait: "text-wait",
  idle: "text-idle",
};
export const TONE_MARK: Readonly<Record<Tone, string>> = {
  run: "bg-run",
  good: "bg-good",
  bad: "bg-bad",
  warn: "bg-warn",
  wait: "bg-wait",
  idle: "bg-idle",
};
