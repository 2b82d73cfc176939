import path from "node:path";
import type { Options } from "./options";
import { ownPort } from "./port";
import { superuserUrl } from "./postgres";
import { ensureKeyPair, loadSecrets, type Secrets } from "./secrets";
import { StartError } from "./start-error";

/** What is started here, and what the environment names as already running elsewhere. */
export type Plan = {
  options: Options;
  secrets: Secrets;
  /** Where the portal is reached from this machine, and its public address. */
  localUrl: string;
  appUrl: string;
  database: { adminUrl: string; appUrl: string; jobsUrl: string; embedded: { port: number; dir: string } | null };
  engine: { embedded: { port: number } | null; variables: NodeJS.Dict<string> };
  runner: { embedded: { port: number; dir: string } | null; url: string; publicKeyFile: string };
  keys: { portal: KeyFiles; runner: KeyFiles; audit: KeyFiles; leases: KeyFiles };
};

type KeyFiles = ReturnType<typeof ensureKeyPair>;

const loopback = "127.0.0.1";
const databaseName = "countersign";

/** Decides ports and addresses. Throws a StartError when the environment names only half of what is needed. */
export async function makePlan(options: Options, env: NodeJS.Dict<string>): Promise<Plan> {
  const secrets = loadSecrets(options.dataDir);
  const keys = {
    portal: ensureKeyPair(options.dataDir, "portal"),
    runner: ensureKeyPair(options.dataDir, "runner"),
    audit: ensureKeyPair(options.dataDir, "audit"),
    leases: ensureKeyPair(options.dataDir, "leases"),
  };
  const local = ["0.0.0.0", "::", "localhost"].includes(options.host) ? loopback : options.host;
  const bracketed = local.includes(":") ? `[${local}]` : local;
  return {
    options,
    secrets,
    keys,
    localUrl: `http://${bracketed}:${options.port}`,
    // By name rather than by number: passkeys are bound to a name and refuse an address.
    appUrl: env.APP_URL ?? `http://${local === loopback ? "localhost" : bracketed}:${options.port}`,
    database: await planDatabase(options, secrets, env),
    engine: await planEngine(secrets, env),
    runner: await planRunner(options, keys.runner, env),
  };
}

async function planDatabase(options: Options, secrets: Secrets, env: NodeJS.Dict<string>): Promise<Plan["database"]> {
  if (!env.DATABASE_URL && !env.DATABASE_ADMIN_URL) {
    const port = await ownPort(loopback);
    const adminUrl = superuserUrl(port, secrets.databaseOwnerPassword, databaseName);
    return {
      adminUrl,
      appUrl: asRole(adminUrl, "countersign_app", secrets.databaseAppPassword),
      jobsUrl: asRole(adminUrl, "countersign_jobs", secrets.databaseJobsPassword),
      embedded: { port, dir: path.join(options.dataDir, "postgres") },
    };
  }
  if (!env.DATABASE_URL || !env.DATABASE_ADMIN_URL) {
    throw new StartError("For your own PostgreSQL set both: DATABASE_URL (role countersign_app) and DATABASE_ADMIN_URL (owner of the schema).");
  }
  return {
    adminUrl: env.DATABASE_ADMIN_URL,
    appUrl: env.DATABASE_URL,
    jobsUrl: env.ENGINE_DATABASE_URL ?? asRole(env.DATABASE_URL, "countersign_jobs", secrets.databaseJobsPassword),
    embedded: null,
  };
}

async function planEngine(secrets: Secrets, env: NodeJS.Dict<string>): Promise<Plan["engine"]> {
  if (env.INNGEST_BASE_URL || env.INNGEST_DEV) return { embedded: null, variables: {} };
  const port = await ownPort(loopback);
  return {
    embedded: { port },
    variables: {
      INNGEST_BASE_URL: `http://${loopback}:${port}`,
      INNGEST_EVENT_KEY: secrets.inngestEventKey,
      INNGEST_SIGNING_KEY: secrets.inngestSigningKey,
    },
  };
}

async function planRunner(options: Options, keys: KeyFiles, env: NodeJS.Dict<string>): Promise<Plan["runner"]> {
  if (!env.RUNNER_URL) {
    const port = await ownPort(loopback);
    return {
      embedded: { port, dir: path.join(options.dataDir, "runner") },
      url: `http://${loopback}:${port}`,
      publicKeyFile: keys.publicFile,
    };
  }
  if (!env.RUNNER_PUBLIC_KEY_FILE) throw new StartError("RUNNER_URL needs RUNNER_PUBLIC_KEY_FILE too: the key by which its results are known.");
  return { embedded: null, url: env.RUNNER_URL, publicKeyFile: env.RUNNER_PUBLIC_KEY_FILE };
}

function asRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}
