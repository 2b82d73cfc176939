import path from "node:path";
import type { Plan } from "./plan";

/** Environment of the portal and of the scripts that prepare it: the person's own, and what was decided here. */
export function portalEnvironment(plan: Plan, env: NodeJS.Dict<string>): NodeJS.ProcessEnv {
  return {
    ...withoutAdmin(env),
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    HOST: plan.options.host,
    PORT: String(plan.options.port),
    APP_URL: plan.appUrl,
    // next-auth reads these two by itself.
    NEXTAUTH_URL: plan.appUrl,
    NEXTAUTH_SECRET: env.AUTH_SECRET ?? plan.secrets.authSecret,
    AUTH_SECRET: env.AUTH_SECRET ?? plan.secrets.authSecret,
    DATABASE_URL: plan.database.appUrl,
    ...plan.engine.variables,
    // Where the engine calls the functions back; not the public address, which may not be reachable from here.
    INNGEST_SERVE_ORIGIN: env.INNGEST_SERVE_ORIGIN ?? plan.localUrl,
    RUNNER_URL: plan.runner.url,
    RUNNER_PUBLIC_KEY_FILE: plan.runner.publicKeyFile,
    PORTAL_PRIVATE_KEY_FILE: env.PORTAL_PRIVATE_KEY_FILE ?? plan.keys.portal.privateFile,
    AUDIT_PRIVATE_KEY_FILE: env.AUDIT_PRIVATE_KEY_FILE ?? plan.keys.audit.privateFile,
    LEASE_PRIVATE_KEY_FILE: env.LEASE_PRIVATE_KEY_FILE ?? plan.keys.leases.privateFile,
    AUDIT_ARCHIVE_DIR: env.AUDIT_ARCHIVE_DIR ?? path.join(plan.options.dataDir, "archive"),
  };
}

/** As the portal's, with the schema owner's address: for migrating and seeding only, never for a server. */
export function setupEnvironment(plan: Plan, env: NodeJS.Dict<string>): NodeJS.ProcessEnv {
  return {
    ...portalEnvironment(plan, env),
    DATABASE_ADMIN_URL: plan.database.adminUrl,
    COUNTERSIGN_DATA_DIR: plan.options.dataDir,
  };
}

/** The engine's own role and keys, and nothing else of the installation. */
export function engineEnvironment(plan: Plan, port: number, env: NodeJS.Dict<string>): NodeJS.ProcessEnv {
  return {
    ...ofTheMachine(env),
    ENGINE_DATABASE_URL: plan.database.jobsUrl,
    ENGINE_HOST: "127.0.0.1",
    ENGINE_PORT: String(port),
    INNGEST_SIGNING_KEY: plan.secrets.inngestSigningKey,
    INNGEST_EVENT_KEY: plan.secrets.inngestEventKey,
  };
}

/** The runner sees its own key and the portal's public one; no database, no secret of the portal. */
export function runnerEnvironment(plan: Plan, port: number, dir: string, env: NodeJS.Dict<string>): NodeJS.ProcessEnv {
  return {
    ...ofTheMachine(env),
    ...chosen(env, ["RUNNER_CONCURRENCY", "RUNNER_QUEUE", "RUNNER_RUNSC", "RUNNER_LOG_LEVEL"]),
    RUNNER_HOST: "127.0.0.1",
    RUNNER_PORT: String(port),
    RUNNER_STATE_DIR: dir,
    RUNNER_DRAIN_MS: "5000",
    RUNNER_PRIVATE_KEY_FILE: plan.keys.runner.privateFile,
    PORTAL_PUBLIC_KEY_FILE: plan.keys.portal.publicFile,
  };
}

/** What any program needs of the machine it runs on. */
export function ofTheMachine(env: NodeJS.Dict<string>): NodeJS.ProcessEnv {
  return { NODE_ENV: "production", ...chosen(env, ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME"]) };
}

function chosen(env: NodeJS.Dict<string>, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function withoutAdmin({ DATABASE_ADMIN_URL: _admin, ENGINE_DATABASE_URL: _engine, ...rest }: NodeJS.Dict<string>): NodeJS.Dict<string> {
  return rest;
}
