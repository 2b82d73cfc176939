import { pino } from "pino";

/** JSON lines on standard output; `event` names what happened. Never code, input, output or keys of a run. */
export const log = pino({ messageKey: "event", base: null, level: process.env.RUNNER_LOG_LEVEL ?? "info" });
