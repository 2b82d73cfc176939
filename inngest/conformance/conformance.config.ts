/** An Inngest server to run the suite against, by the SDK's own variables; undefined for the embedded engine. */
export function namedServer(): { url: string; signingKey?: string; eventKey?: string; isDev: boolean } | undefined {
  const { INNGEST_BASE_URL, INNGEST_DEV, INNGEST_SIGNING_KEY, INNGEST_EVENT_KEY } = process.env;
  const devUrl = INNGEST_DEV?.startsWith("http") ? INNGEST_DEV : "http://127.0.0.1:8288";
  const isDev = INNGEST_DEV !== undefined && !["", "0", "false"].includes(INNGEST_DEV);
  if (!INNGEST_BASE_URL && !isDev) return undefined;
  return { url: INNGEST_BASE_URL ?? devUrl, signingKey: INNGEST_SIGNING_KEY, eventKey: INNGEST_EVENT_KEY, isDev };
}

/** A superuser's connection to the Postgres that the test run started. */
export function sharedDatabaseUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error("TEST_DATABASE_URL is missing: the suite runs under vitest, whose global set-up starts a Postgres");
  return url;
}

/** The environment of a child process, with some variables set. */
export function childEnvironment(extra: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}
