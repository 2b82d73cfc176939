import { z } from "zod";
import { nameUsedAsFolder, SafeFileName } from "./names";

/** Largest request body (bytes) that a runner reads; the portal keeps a job's code, input and files below it. */
export const MAX_DISPATCH_BYTES = 32 * 1024 * 1024;
/** Largest callback body (bytes) that a portal must be ready to read from a runner. */
export const MAX_CALLBACK_BYTES = 32 * 1024 * 1024;
/** Largest sum of the sizes of a run's collected files (bytes, before base64): it must fit one result callback. */
export const MAX_RESULT_FILES_BYTES = 20 * 1024 * 1024;

const MIB = 1024 * 1024;
const text = (max: number) =>
  z.string().max(max).refine((value) => value.isWellFormed() && !value.includes("\0"), { message: "must be well-formed text without NUL" });
const count = z.int().nonnegative();
/** What a portal keeps in 32 bits, such as milliseconds (24 days). */
const smallCount = count.max(2_147_483_647);
const instant = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hex");
const nonce = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/, "must be a base64url nonce");

export const Language = z.enum(["python", "node", "shell"]);
export type Language = z.infer<typeof Language>;

/**
 * Where the code stands, in /work, the program's working directory. Input files stand beside it under their own
 * names; what the program writes below /work/out is collected.
 */
export const SCRIPT_NAMES: Record<Language, string> = { python: "main.py", node: "main.js", shell: "main.sh" };

/** A file with its content. `name` is relative to /work on the way in and to /work/out on the way out. */
export const TransferredFile = z.strictObject({ name: SafeFileName, sha256, contentBase64: z.base64() });
export type TransferredFile = z.infer<typeof TransferredFile>;

/** What a run may use at the most. Passing a limit ends the run with the status that names it. */
export const Limits = z.strictObject({
  wallTimeMs: z.int().min(100).max(3_600_000),
  /** Thousandths of one core. */
  cpuMillis: z.int().min(50).max(64_000),
  /** The whole sandbox, gVisor's own ~30 MiB included. */
  memoryBytes: z.int().min(64 * MIB).max(64 * 1024 * MIB),
  /** /work and /tmp together, beyond the input. */
  diskBytes: z.int().min(65_536).max(64 * 1024 * MIB),
  /** Processes and threads of the program. */
  pids: z.int().min(1).max(4096),
  /** Standard output and standard error together. */
  outputBytes: z.int().min(0).max(64 * MIB),
  outputFiles: z.int().min(0).max(1000),
  outputFileBytes: z.int().min(0).max(MAX_RESULT_FILES_BYTES),
});
export type Limits = z.infer<typeof Limits>;

/** Body of a `dispatch` envelope: one piece of code to run once. */
export const JobDispatch = z
  .strictObject({
    runId: z.uuid(),
    organizationId: z.uuid(),
    /** Made by the portal for this dispatch; every callback repeats it. */
    jobNonce: nonce,
    language: Language,
    code: text(4 * MIB),
    args: z.array(text(8192)).max(64),
    stdin: text(8 * MIB).optional(),
    files: z.array(TransferredFile).max(100),
    limits: Limits,
    network: z.literal("none"),
    /** The runner posts to `<callbackUrl>/output` and `<callbackUrl>/result`. */
    callbackUrl: z.url({ protocol: /^https?$/ }).max(2048),
    issuedAt: instant,
    /** A job that has not started by then is refused, not run late. */
    expiresAt: instant,
  })
  .refine((job) => new Set(job.files.map((file) => file.name)).size === job.files.length, {
    path: ["files"],
    message: "file names must differ",
  })
  .refine((job) => nameUsedAsFolder(job.files.map((file) => file.name)) === null, {
    path: ["files"],
    message: "a file may not be named like a folder of another",
  })
  .refine((job) => job.files.every((file) => !isTaken(file.name, job.language)), {
    path: ["files"],
    message: "a file may not be named like the code or lie in 'out'",
  });
export type JobDispatch = z.infer<typeof JobDispatch>;

function isTaken(name: string, language: Language): boolean {
  const first = name.split("/")[0];
  return first === "out" || first === SCRIPT_NAMES[language];
}

export const OutputStream = z.enum(["stdout", "stderr"]);
export type OutputStream = z.infer<typeof OutputStream>;

/** Body of an `output` envelope. `seq` counts a run's callbacks from 0; `offset` counts the bytes of one stream. */
export const OutputCallback = z.strictObject({
  runId: z.uuid(),
  jobNonce: nonce,
  seq: smallCount,
  chunks: z.array(z.strictObject({ stream: OutputStream, offset: count, dataBase64: z.base64() })).min(1).max(1000),
});
export type OutputCallback = z.infer<typeof OutputCallback>;

export const RunStatus = z.enum([
  "succeeded",
  "failed",
  "timed_out",
  "killed",
  "out_of_memory",
  "output_limit",
  "disk_limit",
  "refused",
  "lost",
]);
export type RunStatus = z.infer<typeof RunStatus>;

/** What was written to one stream: `bytes` and `sha256` are of what was sent, `truncated` says that there was more. */
export const StreamTotals = z.strictObject({ bytes: count, truncated: z.boolean(), sha256 });
export type StreamTotals = z.infer<typeof StreamTotals>;

export const SandboxFacts = z.strictObject({
  runtime: z.literal("runsc"),
  version: z.string().max(100),
  platform: z.string().max(50),
  image: z.string().max(200),
});
export type SandboxFacts = z.infer<typeof SandboxFacts>;

/**
 * Body of a `result` envelope, the last word on a run. `refused` ran nothing; `lost` may have run in part and its
 * output and files are gone. `signal` is read from an exit code above 128 as a shell reads it.
 */
export const ResultCallback = z.strictObject({
  runId: z.uuid(),
  jobNonce: nonce,
  status: RunStatus,
  exitCode: z.int().min(0).max(255).nullable(),
  signal: z.string().max(20).nullable(),
  /** One sentence for a person. */
  reason: z.string().min(1).max(1000),
  /** What else a person should know, such as files that were not collected and why. */
  warnings: z.array(z.string().max(500)).max(50),
  startedAt: instant.nullable(),
  finishedAt: instant,
  wallTimeMs: smallCount,
  cpuTimeMs: smallCount.nullable(),
  maxMemoryBytes: count.nullable(),
  stdout: StreamTotals,
  stderr: StreamTotals,
  files: z.array(TransferredFile.extend({ size: smallCount })).max(1000),
  sandbox: SandboxFacts.nullable(),
});
export type ResultCallback = z.infer<typeof ResultCallback>;

/** Body of a `kill` envelope. */
export const KillRequest = z.strictObject({ runId: z.uuid(), reason: text(500) });
export type KillRequest = z.infer<typeof KillRequest>;

/** Body of a `status` envelope from the portal. */
export const StatusRequest = z.strictObject({ runIds: z.array(z.uuid()).min(1).max(100) });
export type StatusRequest = z.infer<typeof StatusRequest>;

/**
 * `unknown`: never accepted here, or forgotten long after its result was taken. `finished`: its result waits to be
 * taken. `acknowledged`: the portal took it. `rejected`: the portal answered that it will never take it.
 */
export const JobState = z.enum(["unknown", "queued", "running", "finished", "acknowledged", "rejected"]);
export type JobState = z.infer<typeof JobState>;

/** Body of the runner's `status_report` envelope; `inReplyTo` is the nonce of the request's envelope. */
export const StatusReport = z.strictObject({
  inReplyTo: nonce,
  jobs: z.array(z.strictObject({ runId: z.uuid(), state: JobState })).max(100),
});
export type StatusReport = z.infer<typeof StatusReport>;

/** Why the runner did not take a request; `detail` is a sentence for a person. */
export const Refusal = z.strictObject({
  reason: z.enum(["sandbox_unavailable", "language_unavailable", "busy", "draining", "invalid", "too_large", "unauthorized", "job_expired", "internal"]),
  detail: z.string(),
});
export type Refusal = z.infer<typeof Refusal>;

/** Answer (202, or 200 when `duplicate`) of POST /jobs. */
export const DispatchAnswer = z.strictObject({ accepted: z.literal(true), duplicate: z.boolean(), state: JobState });
export type DispatchAnswer = z.infer<typeof DispatchAnswer>;

/** Answer (200) of POST /jobs/kill. `killed` is false when the run was already over or never here. */
export const KillAnswer = z.strictObject({ killed: z.boolean(), state: JobState });
export type KillAnswer = z.infer<typeof KillAnswer>;

/** Answer of GET /healthz: 200 when jobs can run, 503 with the reason and the command that mends it when not. */
export const HealthReport = z.strictObject({
  status: z.enum(["ok", "sandbox_unavailable", "draining"]),
  sandbox: z.strictObject({
    usable: z.boolean(),
    runtime: z.literal("runsc"),
    version: z.string().nullable(),
    platform: z.string().nullable(),
    image: z.string(),
    problem: z.string().nullable(),
    mend: z.string().nullable(),
  }),
  languages: z.array(z.strictObject({ language: Language, available: z.boolean(), version: z.string().nullable(), mend: z.string().nullable() })),
  jobs: z.strictObject({ running: count, queued: count, undelivered: count, concurrency: count }),
  /** Started sandboxes that wait for a job: how many of each language are meant to, do, and what they use and may use. */
  pool: z.strictObject({ size: count, ready: z.record(Language, count), memoryBytes: count, memoryLimitBytes: count }).optional(),
});
export type HealthReport = z.infer<typeof HealthReport>;
