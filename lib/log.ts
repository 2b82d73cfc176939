import pino from "pino";
import { logLevel } from "./env";

/** Structured logs on standard output. Secrets have no business here; these paths are masked in case one strays in. */
export const log = pino({
  level: logLevel(),
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: {
    paths: ["password", "token", "key", "secret", "authorization", "cookie", "*.password", "*.token", "*.authorization", "*.cookie"],
    censor: "[masked]",
  },
});
