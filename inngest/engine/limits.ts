/** Largest request body the engine reads, in bytes. */
export const maxRequestBytes = 5 * 1024 * 1024;
/** Largest answer of the app that the engine reads, in bytes. */
export const maxAnswerBytes = 8 * 1024 * 1024;
/** Largest result of one step, in bytes of JSON. */
export const maxStepBytes = 4 * 1024 * 1024;
/** Largest sum of all step results of one run, in bytes of JSON. */
export const maxRunBytes = 32 * 1024 * 1024;
/** Largest single event, in bytes of JSON. */
export const maxEventBytes = 1024 * 1024;
/** Most steps one run may have. */
export const maxSteps = 1000;
/** How long one call of the app may take. Below graphile-worker's four hours, after which it presumes a job's worker dead. */
export const callTimeoutMs = 2 * 60 * 60 * 1000;
/** How long an app may stay away before its runs fail. */
export const maxOutageMs = 24 * 60 * 60 * 1000;
/** How long an event id, or a function's idempotency key, keeps its duplicates out. */
export const dedupeMs = 24 * 60 * 60 * 1000;
/** A cron tick that is later than this, as after a longer stop, is skipped. */
export const maxTickDelayMs = 60_000;
