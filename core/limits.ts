/** Sizes that keep every command and message inside what a Temporal server takes. In bytes of JSON. */
export const LIMITS = {
  /** One event, as a publisher hands it over. */
  eventBytes: 128 * 1024,
  /** One signal of the publisher. */
  signalBytes: 512 * 1024,
  /** Events in one signal of the publisher. */
  signalEvents: 200,
  /** The result of one task. */
  resultBytes: 256 * 1024,
  /** Facts or starts handed to one activity or child workflow. */
  activityBytes: 256 * 1024,
} as const;
