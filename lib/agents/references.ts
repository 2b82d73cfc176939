import { and, eq } from "drizzle-orm";
import { agent } from "@/db/schema/agent";
import { person } from "@/db/schema/people";
import { sqlState } from "@/db/error";
import type { Tx } from "@/db/tenant";
import { may } from "@/lib/ability/authorize";
import type { Ctx } from "@/lib/ctx/ctx";
import { AppError, notFound } from "@/lib/errors";
import { answerable } from "./answerable";

/** A person who can answer for something, as far as the caller may know of them: not one who left. */
export async function requirePerson(tx: Tx, ctx: Ctx, wanted: { for: "create" | "update"; id: string; field: string }): Promise<{ id: string; name: string }> {
  const { id, field } = wanted;
  const found = and(eq(person.id, id), answerable(tx, ctx, wanted.for));
  const [row] = await tx.select({ id: person.id, name: person.name, status: person.status }).from(person).where(found);
  if (!row) throw notFound("person");
  if (row.status === "left" || row.status === "suspended") {
    throw new AppError("invalid_input", `${row.name} is no longer active here.`, { fields: { [field]: "choose somebody who is active" } });
  }
  return row;
}

/** At most one manager, and one that exists as far as the caller may know. */
export async function requireManager(tx: Tx, ctx: Ctx, manager: { for: "create" | "update"; personId: string | null; agentId: string | null }): Promise<void> {
  if (manager.personId && manager.agentId) {
    throw new AppError("invalid_input", "An agent has one manager: a person or an agent.", { fields: { managerAgentId: "leave this empty, or the person" } });
  }
  if (manager.personId) await requirePerson(tx, ctx, { for: manager.for, id: manager.personId, field: "managerPersonId" });
  if (!manager.agentId) return;
  const [row] = await tx.select({ status: agent.status, workspaceId: agent.workspaceId }).from(agent).where(eq(agent.id, manager.agentId));
  if (!row || !may(ctx, "agents", "read", { workspaceId: row.workspaceId, agentId: manager.agentId })) throw notFound("agent to be the manager");
  if (row.status === "retired") {
    throw new AppError("invalid_input", "A retired agent manages nobody.", { fields: { managerAgentId: "choose an agent that is not retired" } });
  }
}

/** What the database says about a row that must not be, as a refusal that a person can act on. */
export function refusalOf(error: unknown): unknown {
  const code = sqlState(error);
  if (code === "CS001") {
    return new AppError("invalid_input", "This agent would end up managing itself.", {
      hint: "Choose a manager who is not below this agent.",
      fields: { managerAgentId: "is managed, directly or through others, by this agent" },
      cause: error,
    });
  }
  if (code === "23505") {
    return new AppError("conflict", "There is already an agent of this name in the workspace.", { fields: { name: "is taken; choose another" }, cause: error });
  }
  return error;
}
