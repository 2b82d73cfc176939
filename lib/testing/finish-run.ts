import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { run, runFile, runOutput } from "@/db/schema/run";
import { inTenant } from "@/db/tenant";
import { database } from "@/lib/database";
import { newId } from "@/lib/id";

/** Lets a run have succeeded with this output, in pieces, and one file; gives the file's SHA-256. */
export async function finishRun(organizationId: string, runId: string, left: { stdout: string[]; file: { name: string; content: Buffer } }): Promise<string> {
  const { name, content } = left.file;
  const sha256 = createHash("sha256").update(content).digest("hex");
  await inTenant(database(), organizationId, async (tx) => {
    let position = 0;
    for (const [seq, text] of left.stdout.entries()) {
      const data = Buffer.from(text);
      await tx.insert(runOutput).values({ organizationId, runId, stream: "stdout", position, seq, data });
      position += data.byteLength;
    }
    await tx.insert(runFile).values({ id: newId(), organizationId, runId, direction: "out", name, size: content.byteLength, sha256, content });
    await tx.update(run).set({ status: "succeeded", exitCode: 0, finishedAt: new Date() }).where(eq(run.id, runId));
  });
  return sha256;
}
