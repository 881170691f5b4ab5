/** Seconds, for what answers at once or waits for other data for a day. */
export const WAIT_BUCKETS: readonly number[] = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1_800, 7_200, 28_800, 86_400];

/** Seconds, for work: tasks and runs. */
export const WORK_BUCKETS: readonly number[] = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400, 86_400];

/** Seconds, for answers that somebody waits for. */
export const ANSWER_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
