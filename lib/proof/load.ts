import { eq } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { auditKey } from "@/lib/audit/keys";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { notFound } from "@/lib/errors";
import { read } from "@/lib/transact";
import type { ProofBundle } from "./bundle";
import { checkChain } from "./check";
import { checkRecord } from "./check-record";
import type { Link } from "./link";
import { readBundle } from "./read-bundle";

export const LoadProofInput = z.strictObject({ id: z.uuid() });
export type LoadProofInput = z.infer<typeof LoadProofInput>;

export type Proof = { approval: ProofBundle["approval"]; actionId: string | null; runId: string | null; digest: string | null; workspaceId: string | null; checkedAt: Date; publicKey: string; links: Link[] };

/**
 * The whole chain of one request, checked now as anybody could check its bundle: by the same code, of the same bundle.
 * @throws AppError `not_found`.
 */
export async function loadProof(ctx: PersonCtx, { id }: LoadProofInput): Promise<Proof> {
  const key = auditKey();
  const { bundle, workspaceId } = await read(ctx, async (tx) => {
    const [asked] = await tx.select().from(approval).where(eq(approval.id, id));
    if (!asked) {
      authorizeAnywhere(tx, ctx, "approvals", "view");
      throw notFound("request");
    }
    authorize(tx, ctx, "approvals", "view", { workspaceId: asked.workspaceId, agentId: asked.agentId });
    return { bundle: await readBundle(tx, asked, key), workspaceId: asked.workspaceId };
  });
  const whole = { ...bundle, exportedAt: "", exportedBy: { kind: "person", id: ctx.actor.id, name: ctx.actor.name }, key: key.text };
  const links = [...checkChain(whole), checkRecord(whole, key)];
  return { approval: bundle.approval, actionId: bundle.action, runId: bundle.run, digest: bundle.digest?.sha256 ?? null, workspaceId, checkedAt: new Date(), publicKey: key.text, links };
}
