import type { AgentCtx } from "@/lib/ctx/ctx";
import type { ShownLease } from "@/lib/leases/token";
import type { SandboxArguments, SandboxLanguage } from "./sandbox-arguments";
import type { SubmitActionInput } from "./schemas";

/** One request on its way through the batch: everything about it that needs no database. */
export type Submission = {
  ctx: AgentCtx;
  /** The context is from memory: it counts only if the stored key still gives the same. */
  fromMemory: boolean;
  id: string;
  input: SubmitActionInput;
  idempotencyKey: string;
  /** Canonical arguments. */
  canonical: string;
  requestHash: Buffer;
  sandbox: { language: SandboxLanguage; args: SandboxArguments } | null;
  /** Opened, as far as that goes without the database; null: none was shown. */
  lease: ShownLease | null;
  receivedAt: Date;
};
