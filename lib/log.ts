import pino from "pino";
import { logLevel } from "./env";

/**
 * Structured logs, one JSON object a line, on standard output. Secrets and what agents send have no business here; these
 * names are masked in case one strays in, and of an error only what is known to be harmless is written.
 */
export const log = pino({
  level: logLevel(),
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level) => ({ level }) },
  serializers: { err: (error: unknown) => toldOf(error) },
  redact: {
    paths: [
      "password", "token", "key", "secret", "authorization", "cookie", "arguments", "headers", "body",
      "*.password", "*.token", "*.key", "*.secret", "*.authorization", "*.cookie", "*.arguments", "*.headers", "*.body",
    ],
    censor: "[masked]",
  },
});

type Told = { type: string; message: string; code?: string; stack?: string; cause?: Told };

const mostCauses = 4;

/** Drivers and libraries hang requests, answers and values on their errors: none of that is written. */
function toldOf(error: unknown, depth = 0): Told {
  if (!(error instanceof Error)) return { type: typeof error, message: "not an error" };
  return {
    type: error.name,
    message: error.message.slice(0, 2_000),
    ...("code" in error && typeof error.code === "string" ? { code: error.code } : {}),
    ...(error.stack ? { stack: error.stack.slice(0, 8_000) } : {}),
    ...(error.cause instanceof Error && depth < mostCauses ? { cause: toldOf(error.cause, depth + 1) } : {}),
  };
}
