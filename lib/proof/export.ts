import { eq } from "drizzle-orm";
import { z } from "zod";
import { approval } from "@/db/schema/action";
import type { Tx } from "@/db/tenant";
import { authorize, authorizeAnywhere } from "@/lib/ability/authorize";
import { noAudit } from "@/lib/audit/actions";
import { checkpoint } from "@/lib/audit/checkpoint";
import { auditKey } from "@/lib/audit/keys";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { systemCtx } from "@/lib/ctx/system";
import { notFound } from "@/lib/errors";
import { transact } from "@/lib/transact";
import { signBundle } from "./bundle";
import { hashOfText } from "./digest";
import { readBundle } from "./read-bundle";

export const ExportProofInput = z.strictObject({ id: z.uuid() });
export type ExportProofInput = z.infer<typeof ExportProofInput>;

export type ExportedProof = { fileName: string; text: string; sha256: string };

/**
 * One request's proof as a file to take home; docs/proof-bundle.md says what is in it. The stream is signed first, so that each
 * event is in a checkpoint. The export is an event, which names the file by its hash.
 * @throws AppError `forbidden` without audit.export there, `not_found`.
 */
export async function exportProof(ctx: PersonCtx, { id }: ExportProofInput): Promise<ExportedProof> {
  const key = auditKey();
  await transact(ctx, async (tx) => {
    await requireAsked(tx, ctx, id);
    return { value: null, audit: noAudit("whoever may not is refused before the stream is signed for them") };
  });
  await checkpoint(systemCtx("audit", ctx.organizationId, ctx.requestId));
  return transact(ctx, async (tx) => {
    const asked = await requireAsked(tx, ctx, id);
    const now = new Date().toISOString();
    const bundle = { ...(await readBundle(tx, asked, key)), exportedAt: now, exportedBy: { kind: ctx.actor.kind, id: ctx.actor.id, name: ctx.actor.name }, key: key.text };
    const text = signBundle(bundle, key);
    const hash = hashOfText(text);
    return {
      value: { fileName: `proof-${id}.json`, text, sha256: hash },
      audit: {
        action: "audit.proof_exported",
        resource: { type: "approval", id, name: "proof", workspaceId: asked.workspaceId },
        details: { sha256: hash, events: bundle.events.length, upTo: bundle.upTo, withArguments: bundle.digest?.arguments?.text !== undefined },
      },
    };
  });
}

async function requireAsked(tx: Tx, ctx: PersonCtx, id: string) {
  const [asked] = await tx.select().from(approval).where(eq(approval.id, id));
  if (!asked) {
    authorizeAnywhere(tx, ctx, "audit", "export");
    throw notFound("request");
  }
  authorize(tx, ctx, "audit", "export", { workspaceId: asked.workspaceId, agentId: asked.agentId });
  return asked;
}
