import { desc, eq } from "drizzle-orm";
import { agent, apiKey } from "@/db/schema/agent";
import type { LockKind } from "@/db/schema/lock";
import { organization, workspace } from "@/db/schema/organization";
import { person, session } from "@/db/schema/people";
import type { Tx } from "@/db/tenant";
import { permissionTable, type Role } from "@/lib/ability/permissions";
import { approvalName, selectApproval } from "@/lib/approvals/row";
import { deviceName } from "@/lib/sessions/device";
import type { LockTarget } from "./input";

/** Something that can be locked, as it is called now and where it is; `workspaceId` null: the organization itself. */
export type Lockable = { kind: LockKind; target: string; name: string; workspaceId: string | null };

/** Null for what is not there, or is another organization's. */
export async function findLockable(tx: Tx, { kind, target, workspaceId }: LockTarget): Promise<Lockable | null> {
  const found = await place[kind](tx, target, workspaceId);
  return found && { kind, target, ...found };
}

type Place = (tx: Tx, target: string, workspaceId: string | null) => Promise<{ name: string; workspaceId: string | null } | null>;

const place: Record<LockKind, Place> = {
  person: async (tx, id) => {
    const [row] = await tx.select({ name: person.name }).from(person).where(eq(person.id, id));
    return row ? { ...row, workspaceId: null } : null;
  },
  role: async (_tx, role) => ({ name: permissionTable[role as Role].label, workspaceId: null }),
  device: async (tx, id) => {
    const [row] = await tx
      .select({ userAgent: session.userAgent, person: person.name })
      .from(session)
      .innerJoin(person, eq(person.id, session.personId))
      .where(eq(session.deviceId, id))
      .orderBy(desc(session.createdAt))
      .limit(1);
    return row ? { name: `${deviceName(row.userAgent)}, last used by ${row.person}`, workspaceId: null } : null;
  },
  key: async (tx, id) => {
    const [row] = await tx
      .select({ name: apiKey.name, prefix: apiKey.prefix, agent: agent.name, workspaceId: agent.workspaceId })
      .from(apiKey)
      .innerJoin(agent, eq(agent.id, apiKey.agentId))
      .where(eq(apiKey.id, id));
    return row ? { name: `${row.name} (${row.prefix}…) of ${row.agent}`, workspaceId: row.workspaceId } : null;
  },
  agent: async (tx, id) => {
    const [row] = await tx.select({ name: agent.name, workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, id));
    return row ?? null;
  },
  tool: async (tx, name, workspaceId) => (workspaceId === null || (await place.workspace(tx, workspaceId, null)) ? { name, workspaceId } : null),
  workspace: async (tx, id) => {
    const [row] = await tx.select({ name: workspace.name, workspaceId: workspace.id }).from(workspace).where(eq(workspace.id, id));
    return row ?? null;
  },
  organization: async (tx, id) => {
    const [row] = await tx.select({ name: organization.name }).from(organization).where(eq(organization.id, id));
    return row ? { name: `all agents of ${row.name}`, workspaceId: null } : null;
  },
  approval: async (tx, id) => {
    const row = await selectApproval(tx, id);
    return row && { name: `${approvalName(row)}${row.agentName ? ` of ${row.agentName}` : ""}`, workspaceId: row.workspaceId };
  },
};
