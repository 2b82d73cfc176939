import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { bytea, createdAt, instant, micros, tenantId } from "./columns";

export const runStatuses = [
  "queued",
  "waiting_for_runner",
  "dispatched",
  "running",
  "succeeded",
  "failed",
  "timed_out",
  "out_of_memory",
  "output_limit",
  "disk_limit",
  "killed",
  "refused",
  "cancelled",
  "lost",
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** An action that the portal carries out in the sandbox. */
export const run = pgTable(
  "run",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    workspaceId: uuid().notNull(),
    projectId: uuid().notNull(),
    agentId: uuid().notNull(),
    actionId: uuid().notNull(),
    status: text({ enum: runStatuses }).notNull(),
    /** What a person should know about the status, e.g. what is missing or why it ended. */
    reason: text().notNull().default(""),
    language: text({ enum: ["python", "node", "shell"] }).notNull(),
    wallTimeLimitMs: integer().notNull(),
    /** Made at dispatch; every callback repeats it. */
    jobNonce: text(),
    /** Files that were not collected, and the like. */
    warnings: jsonb().$type<string[]>().notNull().default([]),
    createdAt: createdAt(),
    dispatchedAt: instant(),
    startedAt: instant(),
    finishedAt: instant(),
    killRequestedAt: instant(),
    killRequestedBy: uuid(),
    exitCode: integer(),
    wallTimeMs: integer(),
    cpuTimeMs: integer(),
    stdoutBytes: bigint({ mode: "number" }),
    stderrBytes: bigint({ mode: "number" }),
    stdoutSha256: text(),
    stderrSha256: text(),
    truncated: text({ enum: ["none", "stdout", "stderr", "both"] }).notNull().default("none"),
    /** Price in force when it was dispatched. */
    secondMicros: micros().notNull(),
    costMicros: micros(),
    sandbox: jsonb().$type<Record<string, unknown>>(),
  },
  (t) => [
    uniqueIndex("run_action").on(t.organizationId, t.actionId),
    index("run_recent").on(t.organizationId, t.createdAt.desc(), t.id.desc()),
    index("run_agent").on(t.organizationId, t.agentId, t.createdAt.desc()),
    index("run_open").on(t.organizationId, t.createdAt).where(sql`${t.finishedAt} is null`),
  ],
);

/** Output as it arrived, in order; the offset makes a repeated delivery harmless. */
export const runOutput = pgTable(
  "run_output",
  {
    organizationId: tenantId(),
    runId: uuid().notNull(),
    stream: text({ enum: ["stdout", "stderr"] }).notNull(),
    /** Byte offset in its stream. */
    position: bigint({ mode: "number" }).notNull(),
    seq: integer().notNull(),
    data: bytea().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.organizationId, t.runId, t.stream, t.position] }),
    index("run_output_order").on(t.organizationId, t.runId, t.seq),
  ],
);

export const runFile = pgTable(
  "run_file",
  {
    id: uuid().primaryKey(),
    organizationId: tenantId(),
    runId: uuid().notNull(),
    direction: text({ enum: ["in", "out"] }).notNull(),
    name: text().notNull(),
    size: integer().notNull(),
    sha256: text().notNull(),
    content: bytea().notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex("run_file_name").on(t.organizationId, t.runId, t.direction, t.name),
    check("run_file_size", sql`octet_length(${t.content}) = ${t.size}`),
  ],
);

/** Callback envelopes that were accepted, kept until they expire so that none is taken twice. */
export const runnerNonce = pgTable(
  "runner_nonce",
  {
    organizationId: tenantId(),
    nonce: text().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.organizationId, t.nonce] })],
);
