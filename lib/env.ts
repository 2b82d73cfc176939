import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const optional = z.string().min(1).optional();

const Env = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(16),
  /** How long a connection to the database may take to be made, in seconds. */
  DATABASE_CONNECT_TIMEOUT: z.coerce.number().int().min(1).max(60).default(10),
  APP_URL: z.url({ protocol: /^https?$/ }).default("http://localhost:3000"),
  HOST: z.string().default("127.0.0.1"),
  PORT: port.default(3000),
  AUTH_SECRET: z.string().min(32, "needs at least 32 characters"),
  INNGEST_BASE_URL: optional,
  INNGEST_EVENT_KEY: optional,
  INNGEST_SIGNING_KEY: optional,
  INNGEST_DEV: optional,
  /** Where the job engine calls the portal; the public address unless told. */
  INNGEST_SERVE_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  RUNNER_URL: z.url({ protocol: /^https?$/ }).optional(),
  RUNNER_PUBLIC_KEY_FILE: optional,
  PORTAL_PRIVATE_KEY_FILE: optional,
  AUDIT_PRIVATE_KEY_FILE: optional,
  LEASE_PRIVATE_KEY_FILE: optional,
  /** The name in checkpoints and in the public key that verifies them. */
  AUDIT_ORIGIN: z.string().regex(/^[^\s+]+$/, "must have no spaces and no plus sign").default("countersign"),
  /** Folder of the daily archives of the audit stream; there are none unless told. */
  AUDIT_ARCHIVE_DIR: optional,
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().default("Countersign <no-reply@localhost>"),
  /** Who sends text messages with codes, in the words of Twilio's API; without an account there are none. */
  SMS_URL: z.url({ protocol: /^https?$/ }).default("https://api.twilio.com"),
  SMS_ACCOUNT_SID: z.string().regex(/^\w{2,64}$/, "must be letters and digits").optional(),
  SMS_AUTH_TOKEN: optional,
  /** The number that they come from (E.164), a name of up to eleven letters and digits, or a messaging service (MG…). */
  SMS_FROM: z.string().regex(/^(\+[1-9]\d{6,14}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$/, "must be a number like +4930123456, a sender's name, or a messaging service's id").optional(),
  SMS_TIMEOUT_MS: z.coerce.number().int().min(100).max(10_000).default(10_000),
  /** Text messages that one organization may have sent within a day: somebody pays for each. */
  SMS_PER_DAY: z.coerce.number().int().min(1).max(100_000).default(200),
  /** After the signal to end: how long connections are still taken, so that a balancer sees that this server is not ready. */
  DRAIN_NOTICE_MS: z.coerce.number().int().min(0).max(120_000).default(250),
  /** After that: how long requests in hand may take. */
  DRAIN_GRACE_MS: z.coerce.number().int().min(0).max(600_000).default(10_000),
  /** Who sends it as bearer token may read /metrics; unless set, only this machine may. */
  METRICS_TOKEN: z.string().min(16, "needs at least 16 characters").optional(),
  /** Whether an identity provider, or another server that is asked in somebody's name, may be on this machine, also in production: for trying it out. */
  SSO_ALLOW_LOOPBACK: z.stringbool().default(false),
  /** The name server that is asked for TXT records of domains, as `address` or `address:port`; the system's own unless told. */
  DNS_SERVER: z.string().regex(/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?$/i, "must be an address, like 192.0.2.53 or [2001:db8::53]:5353").optional(),
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
}).refine((read) => [read.SMS_ACCOUNT_SID, read.SMS_AUTH_TOKEN, read.SMS_FROM].every(Boolean) || ![read.SMS_ACCOUNT_SID, read.SMS_AUTH_TOKEN, read.SMS_FROM].some(Boolean), {
  path: ["SMS_ACCOUNT_SID"],
  message: "SMS_ACCOUNT_SID, SMS_AUTH_TOKEN and SMS_FROM belong together: set all or none",
});

export type Env = z.infer<typeof Env>;

let parsed: Env | undefined;

/**
 * The environment, checked once at first use.
 * @throws Error that names every variable that is missing or wrong, and what it should be.
 */
export function env(): Env {
  if (parsed) return parsed;
  const result = Env.safeParse(process.env);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The environment is not complete:\n${lines.join("\n")}\n'npm start' sets all of it; see README.`);
  }
  parsed = result.data;
  // next-auth reads its own address by itself, and in production guesses nothing without it.
  process.env.NEXTAUTH_URL = parsed.APP_URL;
  return parsed;
}

/** For tests, of which several files share a process: what is set by now is checked at the next use. */
export function forgetEnv(): void {
  parsed = undefined;
}

/**
 * The socket of a test that kills parts at their fault points; see lib/fault-point.ts. Read apart from the rest, which the
 * job engine does not have.
 * @throws Error when it is not an absolute path.
 */
export function faultSocket(): string | null {
  const path = process.env.FAULT_SOCKET;
  if (!path) return null;
  if (!path.startsWith("/")) throw new Error("FAULT_SOCKET: must be the absolute path of a socket; it is for tests of faults only");
  return path;
}

/** A database of countries in the format MMDB, newer than the packaged one; null: the packaged one. */
export function ownPlacesFile(): string | null {
  return process.env.GEO_DATABASE || null;
}

/** The log must work before, and whether or not, the rest of the environment is right. */
export function logLevel(): string {
  return process.env.LOG_LEVEL ?? (process.env.NODE_ENV === "test" ? "silent" : "info");
}
