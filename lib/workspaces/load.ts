import { and, eq } from "drizzle-orm";
import { organization, project, workspace } from "@/db/schema/organization";
import type { Tx } from "@/db/tenant";
import { conflict, notFound } from "@/lib/errors";

/** The workspace, locked against being archived until the transaction ends. @throws AppError `not_found`, or `conflict` when archived. */
export async function requireOpenWorkspace(tx: Tx, id: string) {
  const [row] = await tx.select().from(workspace).where(eq(workspace.id, id)).for("share");
  if (!row) throw notFound("workspace");
  if (row.archivedAt) throw conflict("This workspace is archived.", "Choose another workspace.");
  return row;
}

/** The project, which must be in that workspace and open; locked as `requireOpenWorkspace`. */
export async function requireOpenProject(tx: Tx, workspaceId: string, id: string) {
  const [row] = await tx
    .select()
    .from(project)
    .where(and(eq(project.id, id), eq(project.workspaceId, workspaceId)))
    .for("share");
  if (!row) throw notFound("project in this workspace");
  if (row.archivedAt) throw conflict("This project is archived.", "Choose another project.");
  return row;
}

/** The workspace, archived or not. @throws AppError `not_found`. */
export async function loadWorkspace(tx: Tx, id: string) {
  const [row] = await tx.select().from(workspace).where(eq(workspace.id, id));
  if (!row) throw notFound("workspace");
  return row;
}

/** The currency in which the organization's amounts are, ISO 4217. */
export async function loadCurrency(tx: Tx): Promise<string> {
  const [row] = await tx.select({ currency: organization.currency }).from(organization);
  if (!row) throw notFound("organization");
  return row.currency;
}
