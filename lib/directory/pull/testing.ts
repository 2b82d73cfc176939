import { eq } from "drizzle-orm";
import { directorySync } from "@/db/schema/directory-sync";
import { askedDirectoryCtx } from "@/lib/ctx/directory";
import { inside, type Tenant } from "@/lib/runs/testing";
import { applyDirectory } from "./apply";
import { compareDirectory } from "./compare";
import { finishDirectorySync } from "./finish";
import { readDirectory } from "./read";

/** The directory's own context, as the job has it. */
export async function asDirectory(t: Tenant, id: string) {
  const ctx = await askedDirectoryCtx(t.organizationId, id);
  if (!ctx) throw new Error("the directory is not connected");
  return ctx;
}

/** What the job does with a sync that was asked for, and how it ended. */
export async function carryOutSync(t: Tenant, id: string, syncId: string) {
  const ctx = await asDirectory(t, id);
  if ((await readDirectory(ctx, { syncId })) === "read" && (await compareDirectory(ctx, { syncId })) === "applying") {
    while (await applyDirectory(ctx, { syncId }));
    await finishDirectorySync(ctx, { syncId });
  }
  return syncOf(t, syncId);
}

export async function syncOf(t: Tenant, syncId: string) {
  const [row] = await inside(t, (tx) => tx.select().from(directorySync).where(eq(directorySync.id, syncId)));
  if (!row) throw new Error("there is no such sync");
  return row;
}
