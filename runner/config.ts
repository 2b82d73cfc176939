import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readPrivateKey, readPublicKey } from "./contract/keys";

const Environment = z.object({
  RUNNER_HOST: z.string().default("127.0.0.1"),
  /** 0 takes any free port. */
  RUNNER_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  RUNNER_STATE_DIR: z.string().min(1).transform((dir) => path.resolve(dir)),
  RUNNER_PRIVATE_KEY_FILE: z.string().min(1),
  PORTAL_PUBLIC_KEY_FILE: z.string().min(1),
  /** Sandboxes at the same time. */
  RUNNER_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(2),
  /** Accepted jobs that may wait for a free place. */
  RUNNER_QUEUE: z.coerce.number().int().min(0).max(10_000).default(64),
  /** Sandboxes of each language that are started before there is a job for them; 0 starts every job cold. */
  RUNNER_WARM_POOL: z.coerce.number().int().min(0).max(32).default(1),
  /** How long running jobs may go on after SIGTERM. */
  RUNNER_DRAIN_MS: z.coerce.number().int().min(0).max(3_600_000).default(30_000),
  /** End when standard input closes, so that a runner does not outlive the process that started it. */
  RUNNER_EXIT_WITH_PARENT: z.enum(["0", "1"]).default("0").transform((value) => value === "1"),
  /** Where runsc is, when it is not on the PATH. */
  RUNNER_RUNSC: z.string().min(1).optional(),
});

/** Reads and checks the runner's environment and its two keys. Throws with the name of what is wrong. */
export function readConfig(environment: NodeJS.ProcessEnv) {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) throw new Error(`the runner's environment is not right:\n${z.prettifyError(parsed.error)}`);
  const env = parsed.data;
  return {
    host: env.RUNNER_HOST,
    port: env.RUNNER_PORT,
    stateDir: env.RUNNER_STATE_DIR,
    concurrency: env.RUNNER_CONCURRENCY,
    queueLength: env.RUNNER_QUEUE,
    warmPool: env.RUNNER_WARM_POOL,
    drainMs: env.RUNNER_DRAIN_MS,
    exitWithParent: env.RUNNER_EXIT_WITH_PARENT,
    runscPath: env.RUNNER_RUNSC,
    privateKey: readPrivateKey(readFileSync(env.RUNNER_PRIVATE_KEY_FILE, "utf8")),
    portalKey: readPublicKey(readFileSync(env.PORTAL_PUBLIC_KEY_FILE, "utf8")),
  };
}
export type Config = ReturnType<typeof readConfig>;
