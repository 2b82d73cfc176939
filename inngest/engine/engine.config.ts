import { z } from "zod";
import type { EngineOptions } from "./start";

const Environment = z.object({
  ENGINE_DATABASE_URL: z.string().min(1),
  ENGINE_HOST: z.string().default("127.0.0.1"),
  ENGINE_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  INNGEST_SIGNING_KEY: z.string().min(1),
  INNGEST_EVENT_KEY: z.string().min(1),
  ENGINE_CONCURRENCY: z.coerce.number().int().min(1).max(200).optional(),
  ENGINE_POLL_INTERVAL_MS: z.coerce.number().int().min(50).optional(),
  ENGINE_RETRY_BASE_MS: z.coerce.number().int().min(1).optional(),
  ENGINE_RETENTION_DAYS: z.coerce.number().int().min(1).optional(),
  ENGINE_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).optional(),
});

/** The engine's options from the process environment; throws, naming the variable that is missing or malformed. */
export function optionsFromEnvironment(): EngineOptions {
  const env = Environment.parse(process.env);
  return {
    databaseUrl: env.ENGINE_DATABASE_URL,
    host: env.ENGINE_HOST,
    port: env.ENGINE_PORT,
    signingKey: env.INNGEST_SIGNING_KEY,
    eventKey: env.INNGEST_EVENT_KEY,
    concurrency: env.ENGINE_CONCURRENCY,
    pollIntervalMs: env.ENGINE_POLL_INTERVAL_MS,
    retryBaseMs: env.ENGINE_RETRY_BASE_MS,
    retentionDays: env.ENGINE_RETENTION_DAYS,
    logLevel: env.ENGINE_LOG_LEVEL,
  };
}
