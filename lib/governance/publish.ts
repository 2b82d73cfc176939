import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { governanceDocument, governanceHead } from "@/db/schema/governance";
import type { Tx } from "@/db/tenant";
import { authorize } from "@/lib/ability/authorize";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { AppError, conflict } from "@/lib/errors";
import { requireFreshProof } from "@/lib/mfa/fresh-proof";
import { policyNote } from "@/lib/policies/content";
import { transact } from "@/lib/transact";
import { checks, type DocumentProblem } from "./checks";
import { differences } from "./difference";
import { kinds } from "./kinds";
import { type DocumentPlace, documentPlace, requirePlace } from "./place";
import { placeWords } from "./place-words";
import { requireDocument } from "./stored";

export const PublishDocumentInput = z.strictObject({
  ...documentPlace,
  /** The version that was edited, 0 where there was none: a change made meanwhile is not overwritten. */
  expectedVersion: z.int().min(0),
  content: z.json(),
  note: policyNote.default(""),
});
export type PublishDocumentInput = z.infer<typeof PublishDocumentInput>;

/**
 * Puts a new version of a document in force from the next decision on; the old ones are kept. What was approved under the old
 * one and is not carried out yet is decided anew, except for approval policies, of which each request keeps its own.
 * @throws AppError `invalid_input` with every problem; `conflict` when somebody else changed it first, or nothing would change.
 */
export async function publishDocument(ctx: PersonCtx, input: PublishDocumentInput): Promise<{ version: number }> {
  const version = input.expectedVersion + 1;
  return transact(ctx, async (tx) => {
    const place = await requirePlace(tx, ctx.organizationId, input);
    authorize(tx, ctx, "policies", "update", { workspaceId: place.workspaceId });
    if (place.closed) throw conflict(`${place.name} is archived; what holds there no longer changes.`);
    const content = await readContent(tx, place, input.content);
    await requireFreshProof(tx, ctx, "policies.publish", `${place.kind} ${place.scopeId} ${input.expectedVersion}`);
    const before = await requireDocument(tx, place, input.expectedVersion);
    const changes = differences(before.content, content);
    if (changes.length === 0) throw conflict("Nothing would change: this is what is in force.");
    const row = { organizationId: ctx.organizationId, kind: place.kind, scopeType: place.scopeType, scopeId: place.scopeId, version, hash: contentHash(content) };
    if (!(await moveHead(tx, row, input.expectedVersion))) {
      throw conflict("Somebody published another version meanwhile.", "Load the page again and repeat your change on the new version.");
    }
    await tx.insert(governanceDocument).values({ ...row, content, note: input.note, createdBy: ctx.actor.id });
    return {
      value: { version },
      audit: {
        action: "policies.published",
        resource: { type: "governance_document", id: place.scopeId, name: `${kinds[place.kind].label} of ${place.name}`, workspaceId: place.workspaceId },
        details: { kind: place.kind, scopeType: place.scopeType, version, hash: row.hash.toString("hex"), note: input.note, changes },
      },
    };
  });
}

async function moveHead(tx: Tx, row: typeof governanceHead.$inferInsert, from: number): Promise<boolean> {
  const moved =
    from === 0
      ? await tx.insert(governanceHead).values(row).onConflictDoNothing().returning({ version: governanceHead.version })
      : await tx
          .update(governanceHead)
          .set({ version: row.version, hash: row.hash })
          .where(and(eq(governanceHead.kind, row.kind), eq(governanceHead.scopeId, row.scopeId), eq(governanceHead.version, from)))
          .returning({ version: governanceHead.version });
  return moved.length > 0;
}

/** SHA-256 of the RFC 8785 form. */
export function contentHash(content: unknown): Buffer {
  return createHash("sha256").update(canonicalize(content) ?? "").digest();
}

async function readContent(tx: Tx, place: DocumentPlace, given: unknown): Promise<unknown> {
  const parsed = kinds[place.kind].schema.safeParse(given);
  if (!parsed.success) throw refused(parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })), given);
  const check = checks[place.kind] as ((tx: Tx, place: DocumentPlace, content: unknown) => Promise<DocumentProblem[]>) | undefined;
  const problems = check ? await check(tx, place, parsed.data) : [];
  if (problems.length > 0) throw refused(problems, given);
  return parsed.data;
}

function refused(problems: readonly DocumentProblem[], given: unknown): AppError {
  const [first] = problems;
  const where = first?.line ? `Line ${first.line}: ` : first?.path ? `${placeWords(first.path, given)}: ` : "";
  const others = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return new AppError("invalid_input", `${where}${first?.message ?? "This cannot be published."}${others}`, { extensions: { problems: problems.slice(0, 100) } });
}
